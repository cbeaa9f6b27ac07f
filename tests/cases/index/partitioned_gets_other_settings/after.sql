-- PostgreSQL sets nothing of a partitioned index where it stands: it is made anew with its parts.
CREATE TABLE events (id int NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE INDEX at_brin ON events USING brin (at) WITH (pages_per_range = 16);
