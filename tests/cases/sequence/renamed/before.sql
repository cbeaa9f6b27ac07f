CREATE SEQUENCE numbers START 100;
CREATE TABLE t (id bigint DEFAULT nextval('numbers'));
