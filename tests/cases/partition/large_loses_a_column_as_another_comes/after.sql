-- The column of the table above goes before a table comes to it that has none.
CREATE TABLE visits (id integer, page text) PARTITION BY LIST (id);
CREATE TABLE old_visits (id integer, page text);
CREATE TABLE new_visits PARTITION OF visits FOR VALUES IN (1);
