-- A partition's own key comes after the index that is alike and is part of its table's: PostgreSQL would attach the key.
CREATE TABLE p (a integer) PARTITION BY LIST (a);
CREATE UNIQUE INDEX i ON p (a);
CREATE TABLE c PARTITION OF p FOR VALUES IN (2);
ALTER TABLE c ADD CONSTRAINT n58 UNIQUE (a);
