CREATE SCHEMA north;
CREATE TABLE visits (id integer NOT NULL, page text) PARTITION BY LIST (id);
CREATE TABLE north.some_visits PARTITION OF visits FOR VALUES IN (1);
