-- A large partition, whose own index goes by itself, changes its columns before it comes to the table that is made anew.
CREATE TABLE visits (id integer, page text) PARTITION BY LIST (id);
CREATE TABLE some_visits PARTITION OF visits FOR VALUES IN (1, 2);
CREATE INDEX some_visits_page ON some_visits (page DESC);
