-- A unique index of a large table gives way to a key of its name.
CREATE TABLE t (a int CONSTRAINT t_a_key UNIQUE);
