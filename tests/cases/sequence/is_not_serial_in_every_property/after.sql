-- Sequences that serial would not make as they are: another start, another name, used twice, a column that may be null.
CREATE SEQUENCE a_id_seq START 100;
CREATE TABLE a (id bigint NOT NULL DEFAULT nextval('a_id_seq'));
ALTER SEQUENCE a_id_seq OWNED BY a.id;
CREATE SEQUENCE numbers;
CREATE TABLE b (id bigint NOT NULL DEFAULT nextval('numbers'));
ALTER SEQUENCE numbers OWNED BY b.id;
CREATE TABLE c (id bigserial PRIMARY KEY);
CREATE TABLE d (id bigint NOT NULL DEFAULT nextval('c_id_seq'));
CREATE TABLE e (id bigserial);
ALTER TABLE e ALTER id DROP NOT NULL;
CREATE TABLE f (id bigserial);
ALTER TABLE f ALTER id DROP DEFAULT;
CREATE TABLE g (id integer NOT NULL);
CREATE SEQUENCE g_id_seq;
ALTER TABLE g ALTER id SET DEFAULT nextval('g_id_seq');
ALTER SEQUENCE g_id_seq OWNED BY g.id;
