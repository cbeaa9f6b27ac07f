-- Names count other columns once some of these are gone.
CREATE TABLE t (a integer, b integer);
CREATE FUNCTION rows_of() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
CREATE VIEW first_two AS SELECT x, y FROM t q(x, y);
CREATE VIEW of_rows AS SELECT x FROM rows_of() q(w, x);
CREATE VIEW stays AS SELECT x, b FROM t q(x);
CREATE MATERIALIZED VIEW kept AS SELECT y FROM ONLY t q(x, y) WHERE x > 0;
CREATE TABLE u (a integer, c text);
CREATE RULE noted AS ON INSERT TO u DO ALSO INSERT INTO u (c) SELECT y FROM t q(x, y) WHERE false;
