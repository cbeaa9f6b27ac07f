-- A sequence is renamed and keeps its position; the default that reads it follows.
-- schemagen: renamed from numbers
CREATE SEQUENCE counted START 100;
CREATE TABLE t (id bigint DEFAULT nextval('counted'));
