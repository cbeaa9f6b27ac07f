-- A CHECK goes from a partitioned table and from the partition that is detached: detached first, or it goes twice.
CREATE TABLE p (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE p1 (a integer, b text);
