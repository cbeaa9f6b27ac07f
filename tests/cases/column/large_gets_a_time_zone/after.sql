-- A timestamp gets a time zone: its values are taken as UTC, which leaves the rows as they are, and the file says so.
CREATE TABLE t (at timestamptz);
CREATE INDEX t_at_idx ON t (at);
