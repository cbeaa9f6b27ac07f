-- A partition whose bound grows comes again after those that go.
CREATE TABLE m (id int NOT NULL, d date NOT NULL) PARTITION BY RANGE (d);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
