-- A sequence that a column owned gets an owner of its own only once it is free.
CREATE TABLE t (b integer);
ALTER TABLE t OWNER TO other;
CREATE SEQUENCE s;
ALTER SEQUENCE s OWNER TO third;
