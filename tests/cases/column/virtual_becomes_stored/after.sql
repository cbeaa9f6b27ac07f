-- A virtual column becomes a stored one, and another is computed no more.
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED, c int);
