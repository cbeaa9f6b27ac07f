-- A column leaves one domain for the other that it stands on, which changes too: that must not wait for the first to go.
CREATE DOMAIN n2 AS text DEFAULT 'x' NOT NULL;
CREATE DOMAIN e2 AS n2 CHECK (length(VALUE) > 1);
CREATE TABLE t2 (a e2);
