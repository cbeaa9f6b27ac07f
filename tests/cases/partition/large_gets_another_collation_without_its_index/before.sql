CREATE TABLE visits (id integer, page text) PARTITION BY LIST (id);
CREATE TABLE some_visits PARTITION OF visits FOR VALUES IN (1, 2);
CREATE INDEX some_visits_page ON some_visits (page DESC);
