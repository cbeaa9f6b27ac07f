CREATE TYPE place AS (x integer, y text, z integer);
CREATE TABLE places OF place (PRIMARY KEY (x));
CREATE VIEW xs AS SELECT x FROM places;
