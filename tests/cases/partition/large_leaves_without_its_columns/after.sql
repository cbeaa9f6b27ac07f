-- A partition leaves a large table before it loses the columns that it had from that.
CREATE TABLE visits (id integer, page integer[]) PARTITION BY HASH (id);
CREATE TABLE pages PARTITION OF visits FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE some_visits (number integer, body jsonb);
