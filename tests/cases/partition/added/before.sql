CREATE TABLE measures (day date NOT NULL, value int) PARTITION BY RANGE (day);
CREATE INDEX measures_day_idx ON measures (day);
CREATE TABLE measures_2025 PARTITION OF measures FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
