-- The rollback leaves a check of the partition where it is.
CREATE TABLE m (id int NOT NULL, d date NOT NULL, x int CONSTRAINT x_pos CHECK (x > 0)) PARTITION BY RANGE (d);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2019-01-01') TO ('2025-01-01');
