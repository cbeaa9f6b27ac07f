CREATE TABLE visits (id integer, page text COLLATE "C") PARTITION BY RANGE (id, page);
CREATE TABLE some_visits PARTITION OF visits FOR VALUES FROM (1, MINVALUE) TO (3, MAXVALUE);
