-- A partition whose bound grows leaves only after those that go have left: its rows are not out of reach while they do.
CREATE TABLE m (id int NOT NULL, d date NOT NULL) PARTITION BY RANGE (d);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
