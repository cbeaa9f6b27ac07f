CREATE TABLE visits (id integer, page text) PARTITION BY LIST (id);
CREATE TABLE some_visits PARTITION OF visits FOR VALUES IN (0);
CREATE FUNCTION number_of_visits() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(id) FROM visits; END;
