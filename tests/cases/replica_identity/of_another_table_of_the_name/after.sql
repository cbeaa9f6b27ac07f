-- A table takes the name of a partitioned one: the NOT NULL of the one that goes has nothing to do with its replica identity.
CREATE TABLE feed (id int NOT NULL) PARTITION BY LIST (id);
CREATE TABLE parted (id int, name text DEFAULT 'a' NOT NULL);
ALTER TABLE feed REPLICA IDENTITY NOTHING;
