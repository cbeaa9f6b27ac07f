-- PostgreSQL prints the body in one way, and in another when that text was fed back.
CREATE TABLE readings (value integer);
CREATE FUNCTION is_fine(value integer) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT value BETWEEN 1 AND 10 AND value <> 3; END;
