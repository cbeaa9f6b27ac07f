CREATE TABLE readings (
    day date NOT NULL, value integer, level text,
    CONSTRAINT fine CHECK (value BETWEEN 1 AND 10 AND level <> ''),
    CONSTRAINT known CHECK (value NOT BETWEEN 5 AND 6 OR level = 'x')
) PARTITION BY RANGE (day);
CREATE TABLE readings_2025 PARTITION OF readings FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
