CREATE TABLE visits (id integer, page integer[]) PARTITION BY HASH (id);
CREATE TABLE some_visits PARTITION OF visits FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE pages (number integer, body jsonb);
