-- A large partition, whose own index goes by itself, changes its columns before it comes to the table that is made anew.
CREATE TABLE visits (id integer, page text COLLATE "C") PARTITION BY RANGE (id, page);
CREATE TABLE some_visits PARTITION OF visits FOR VALUES FROM (1, MINVALUE) TO (3, MAXVALUE);
