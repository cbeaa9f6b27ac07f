-- Storage options are set and taken back.
CREATE TABLE hot (id int) WITH (fillfactor = 70, autovacuum_enabled = false);
