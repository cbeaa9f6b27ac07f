-- A key of one column with the automatic name stands beside its column; others say their name, or their columns.
CREATE TABLE a (id bigint PRIMARY KEY, code text NOT NULL UNIQUE, "Odd name" int UNIQUE);
CREATE TABLE b (id bigint CONSTRAINT b_key PRIMARY KEY, code text UNIQUE);
CREATE TABLE c (x int, y int, PRIMARY KEY (x, y), UNIQUE (y) INCLUDE (x), UNIQUE (x) DEFERRABLE);
CREATE TABLE d (id bigint, PRIMARY KEY (id) WITH (fillfactor = 70));
