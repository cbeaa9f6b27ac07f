-- A key of a partitioned table reaches its partitions.
CREATE TABLE hits (id int NOT NULL, day date NOT NULL, PRIMARY KEY (id, day)) PARTITION BY LIST (day);
CREATE TABLE hits_rest PARTITION OF hits DEFAULT;
