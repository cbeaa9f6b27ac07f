CREATE DOMAIN number AS integer;
CREATE TABLE visits (id integer, page text, size number) PARTITION BY LIST (id);
CREATE TABLE old_visits PARTITION OF visits FOR VALUES IN (1);
CREATE TABLE new_visits (id integer, page text, weight number);
