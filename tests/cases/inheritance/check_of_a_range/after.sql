-- PostgreSQL prints the checks in one way, and in another when that text was fed back; a child must have them as its parent has.
CREATE TABLE readings (
    day date NOT NULL, value integer, level text,
    CONSTRAINT fine CHECK (value BETWEEN 1 AND 10 AND level <> ''),
    CONSTRAINT known CHECK (value NOT BETWEEN 5 AND 6 OR level = 'x')
) PARTITION BY RANGE (day);
CREATE TABLE readings_2025 PARTITION OF readings FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE readings_2026 PARTITION OF readings FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
