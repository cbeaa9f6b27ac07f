-- A typed table takes its columns from its type, so a change of the type is said once.
CREATE TYPE place AS (x integer, y varchar, w integer);
CREATE TABLE places OF place (PRIMARY KEY (x));
CREATE VIEW xs AS SELECT x, y FROM places;
