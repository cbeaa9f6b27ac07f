-- An index of a large table is built anew beside the old one, which goes only then.
CREATE TABLE t (a int, b text);
CREATE INDEX t_idx ON t (a, b);
