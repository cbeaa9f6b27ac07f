-- The columns that a partition lacks come in an order in which a generated one finds the other, up to 14 too.
CREATE TABLE p (zz int, n27 boolean GENERATED ALWAYS AS (zz IS NULL) STORED) PARTITION BY LIST (zz);
CREATE TABLE t PARTITION OF p FOR VALUES IN (2);
