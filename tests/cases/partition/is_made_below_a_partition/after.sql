-- A partition that is partitioned itself, with an index on the outermost table.
CREATE TABLE events (kind text NOT NULL, at date NOT NULL, body jsonb, PRIMARY KEY (kind, at)) PARTITION BY LIST (kind);
CREATE TABLE events_click PARTITION OF events FOR VALUES IN ('click') PARTITION BY RANGE (at);
CREATE TABLE events_click_2026 PARTITION OF events_click FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX events_body_idx ON events USING gin (body);
