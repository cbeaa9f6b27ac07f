-- A timestamp gets a time zone.
CREATE TABLE t (at timestamptz);
CREATE INDEX t_at_idx ON t (at);
