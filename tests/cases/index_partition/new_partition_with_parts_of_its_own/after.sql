-- Two new partitions with partitions of their own and indexes of any names: complete before the index that stands gives them others.
CREATE TABLE lt1 (a int) PARTITION BY RANGE (a);
CREATE TABLE part1 PARTITION OF lt1 FOR VALUES FROM (0) TO (1000) PARTITION BY RANGE (a);
CREATE TABLE leaf1 PARTITION OF part1 FOR VALUES FROM (0) TO (1000);
CREATE TABLE part2 PARTITION OF lt1 FOR VALUES FROM (1000) TO (2000) PARTITION BY RANGE (a);
CREATE TABLE part3 PARTITION OF part2 FOR VALUES FROM (1000) TO (1500) PARTITION BY RANGE (a);
CREATE TABLE leaf3 PARTITION OF part3 FOR VALUES FROM (1000) TO (1200);
CREATE INDEX leaf1_index ON leaf1 (a);
CREATE INDEX part1_index ON ONLY part1 (a);
ALTER INDEX part1_index ATTACH PARTITION leaf1_index;
CREATE INDEX leaf3_index ON leaf3 (a);
CREATE INDEX part3_index ON ONLY part3 (a);
ALTER INDEX part3_index ATTACH PARTITION leaf3_index;
CREATE INDEX part2_index ON part2 (a);
CREATE INDEX lt1_a_idx ON lt1 (a);
