-- A table is added to a publication.
CREATE TABLE outbox (id int PRIMARY KEY);
CREATE PUBLICATION changes FOR TABLE outbox WITH (publish = 'insert, update');
