-- What shares a transaction comes first, and the index in a migration of its own; the one on the column that goes needs no care.
CREATE TABLE t (b date);
CREATE INDEX t_b_idx ON t (b);
CREATE TABLE u (a int);
CREATE INDEX u_a_idx ON u (a);
