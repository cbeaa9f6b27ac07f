-- A new partition and a new column of its table, while an index changes: the rollback keeps the partition's rows before the column goes.
CREATE TABLE events (id int NOT NULL, at date NOT NULL, attempt int NOT NULL DEFAULT 1 CHECK (attempt > 0), PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01') PARTITION BY HASH (id);
CREATE TABLE events_2_0 PARTITION OF events_2 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE INDEX ON events (attempt);
CREATE INDEX at_brin ON events USING brin (at) WITH (pages_per_range = 16);
