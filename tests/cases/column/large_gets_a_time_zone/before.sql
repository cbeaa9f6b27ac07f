CREATE TABLE t (at timestamp);
CREATE INDEX t_at_idx ON t (at);
