-- A table without a key whose changes are published loses a column, and its rollback brings the values back all the same.
CREATE TABLE visits (page text, seen timestamptz);
CREATE TABLE hits (page text, day date) PARTITION BY RANGE (day);
CREATE TABLE hits_now PARTITION OF hits FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
ALTER TABLE hits_now REPLICA IDENTITY NOTHING;
CREATE PUBLICATION all_of_it FOR ALL TABLES;
