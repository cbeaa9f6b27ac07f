-- An index of a new partitioned table is made with those of its partitions; one with another name for a partition is attached.
CREATE TABLE readings (id bigint NOT NULL, taken_at date NOT NULL, name text) PARTITION BY RANGE (taken_at);
CREATE TABLE readings_2026 PARTITION OF readings FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE readings_2027 PARTITION OF readings FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
CREATE INDEX readings_by_name ON readings (lower(name), id DESC) INCLUDE (taken_at) WHERE name IS NOT NULL;
CREATE INDEX readings_by_day ON ONLY readings (taken_at);
CREATE INDEX readings_2026_taken_at_idx ON readings_2026 (taken_at);
CREATE INDEX of_2027 ON readings_2027 (taken_at);
ALTER INDEX readings_by_day ATTACH PARTITION readings_2026_taken_at_idx;
ALTER INDEX readings_by_day ATTACH PARTITION of_2027;
