-- A partition of a new table is made in place, with keys, checks, defaults and identity of its parent.
CREATE TABLE readings (
    id bigint GENERATED ALWAYS AS IDENTITY,
    taken_at timestamptz NOT NULL DEFAULT now(),
    value numeric(10, 2) NOT NULL CHECK (value >= 0),
    PRIMARY KEY (id, taken_at),
    UNIQUE (taken_at, value)
) PARTITION BY RANGE (taken_at);
CREATE TABLE readings_2026 PARTITION OF readings FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') WITH (fillfactor = 80);
CREATE TABLE readings_rest PARTITION OF readings DEFAULT;
COMMENT ON TABLE readings_rest IS 'what no other holds';
