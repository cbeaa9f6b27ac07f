CREATE DOMAIN d AS numeric(12,3); CREATE TABLE t (id int primary key, v d);
