-- The relations that the facts speak of.
CREATE EXTENSION citext;
CREATE SCHEMA s;
CREATE SCHEMA s2;
CREATE TYPE s.mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE s.comp AS (x int, y text);
CREATE DOMAIN s.dnocheck AS int;
CREATE DOMAIN s.posint AS int CHECK (value > 0);
CREATE DOMAIN s.dused AS int;
CREATE SEQUENCE s.sq;
CREATE FUNCTION s.fn(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql AS 'select a + b';
CREATE FUNCTION s.im(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'select a';
CREATE FUNCTION s.tg() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE FUNCTION s.ev() RETURNS event_trigger LANGUAGE plpgsql AS 'begin end';
CREATE AGGREGATE s.ag(int) (sfunc = int4pl, stype = int);

CREATE TABLE s.p (id bigint PRIMARY KEY, code text UNIQUE);
INSERT INTO s.p SELECT i, 'c' || i FROM generate_series(1, 2000) i;

CREATE TABLE s.t (
    id bigint PRIMARY KEY,
    a int,
    b varchar(20),
    c text,
    d numeric(10,2),
    e timestamp,
    e0 timestamp,
    f timestamptz,
    f0 timestamptz,
    g bigint NOT NULL CONSTRAINT t_g_chk CHECK (g > 0),
    gs bigint GENERATED ALWAYS AS (g * 2) STORED,
    h int,
    m s.mood DEFAULT 'ok',
    n numeric,
    vv varchar,
    ch char(10),
    j jsonb,
    js json,
    arr varchar(10)[],
    ip cidr,
    tm3 timestamp(3),
    dm s.dused,
    ts tstzrange,
    r_id bigint);
INSERT INTO s.t (id, a, b, c, d, e, e0, f, f0, g, h, n, vv, ch, j, js, arr, ip, tm3, dm, ts, r_id)
SELECT i, i, 'b' || i, 'c' || i, i, '2020-01-01'::timestamp + i * interval '1 h', '2020-01-01', '2020-01-01Z'::timestamptz + i * interval '1 h',
    '2020-01-01Z', i, i, i, 'v' || i, 'h' || i, '{"a": 1}', '{"a": 1}', ARRAY['x'], '10.0.0.0/8', '2020-01-01'::timestamp + i * interval '1 h', i,
    tstzrange('2020-01-01Z'::timestamptz + i * interval '1 h', '2020-01-01Z'::timestamptz + (i + 1) * interval '1 h'), i % 2000 + 1
FROM generate_series(1, 3000) i;
CREATE INDEX t_a_idx ON s.t (a);
CREATE INDEX t_b_idx ON s.t (b);
CREATE INDEX t_c_idx ON s.t (c);
CREATE INDEX t_d_idx ON s.t (d);
CREATE INDEX t_e_idx ON s.t (e);
CREATE INDEX t_f_idx ON s.t (f);
CREATE INDEX t_vv_idx ON s.t (vv);
CREATE INDEX t_ch_idx ON s.t (ch);
CREATE INDEX t_ip_idx ON s.t (ip);
CREATE INDEX t_tm3_idx ON s.t (tm3);
CREATE INDEX t_r_id_idx ON s.t (r_id);
CREATE TRIGGER trg BEFORE INSERT OR UPDATE ON s.t FOR EACH ROW EXECUTE FUNCTION s.tg();
CREATE POLICY pol ON s.t USING (true);
CREATE VIEW s.v1 AS SELECT id, h FROM s.t;
CREATE MATERIALIZED VIEW s.mv AS SELECT id, h FROM s.t;
CREATE UNIQUE INDEX mv_u ON s.mv (id);

CREATE TABLE s.ch (id bigint PRIMARY KEY, t_id bigint CONSTRAINT ch_t_fk REFERENCES s.t);
INSERT INTO s.ch SELECT i, i FROM generate_series(1, 1000) i;
CREATE TABLE s.nofk (id bigint, v text);
INSERT INTO s.nofk SELECT i, 'v' || i FROM generate_series(1, 1000) i;
CREATE TABLE s.ni (id bigint NOT NULL, code text);
CREATE TABLE s.co (x int, y text);

CREATE TABLE s.pt (id bigint, k int, v int) PARTITION BY RANGE (k);
CREATE TABLE s.pt1 PARTITION OF s.pt FOR VALUES FROM (0) TO (1000);
CREATE TABLE s.pt2 PARTITION OF s.pt FOR VALUES FROM (1000) TO (2000);
INSERT INTO s.pt SELECT i, i, i FROM generate_series(0, 1999) i;
CREATE TABLE s.newp4 (id bigint, k int, v int);
INSERT INTO s.newp4 SELECT i, i, i FROM generate_series(2000, 2999) i;
CREATE TABLE s.pd (id bigint, k int, v int) PARTITION BY RANGE (k);
CREATE TABLE s.pd1 PARTITION OF s.pd FOR VALUES FROM (0) TO (1000);
CREATE TABLE s.pdd PARTITION OF s.pd DEFAULT;
INSERT INTO s.pd SELECT i, i, i FROM generate_series(5000, 5999) i;
CREATE TABLE s.newp (LIKE s.pd);
INSERT INTO s.newp SELECT i, i, i FROM generate_series(2000, 2999) i;
