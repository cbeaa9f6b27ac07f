CREATE TABLE feed (id int, name text DEFAULT 'a' NOT NULL);
CREATE TABLE parted (id int NOT NULL) PARTITION BY LIST (id);
