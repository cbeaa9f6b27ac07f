-- The columns that a table is partitioned by come and go with it; what reads both goes before and comes after.
CREATE TABLE some_visits (id integer, page text) PARTITION BY LIST (id);
CREATE TABLE north_visits PARTITION OF some_visits FOR VALUES IN (0);
CREATE FUNCTION number_of_visits() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(id) FROM some_visits; END;
