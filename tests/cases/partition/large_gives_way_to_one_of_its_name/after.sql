-- A partition of a large table is detached by itself before it is dropped, and before another with its bound comes.
CREATE SCHEMA south;
CREATE TABLE visits (id integer NOT NULL, page text) PARTITION BY LIST (id);
CREATE TABLE south.some_visits PARTITION OF visits FOR VALUES IN (1);
