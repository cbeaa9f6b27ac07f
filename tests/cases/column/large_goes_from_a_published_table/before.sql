CREATE TABLE visits (page text, seen timestamptz, note text DEFAULT 'none');
CREATE TABLE hits (page text, day date, note text) PARTITION BY RANGE (day);
CREATE TABLE hits_now PARTITION OF hits FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
ALTER TABLE hits_now REPLICA IDENTITY NOTHING;
CREATE PUBLICATION all_of_it FOR ALL TABLES;
