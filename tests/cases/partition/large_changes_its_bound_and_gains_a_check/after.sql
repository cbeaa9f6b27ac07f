-- The partition has the check from the table above, once it is back.
CREATE TABLE ev (id int, at timestamptz NOT NULL, CONSTRAINT c CHECK (id > 0)) PARTITION BY RANGE (at);
CREATE TABLE ev1 PARTITION OF ev FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
