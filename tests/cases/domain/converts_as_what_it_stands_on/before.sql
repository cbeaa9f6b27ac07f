CREATE DOMAIN cents AS bigint CHECK (VALUE >= 0);
CREATE DOMAIN code AS character varying(10);
CREATE TABLE bills (id integer PRIMARY KEY, total cents DEFAULT 100, parts cents[], paid bigint, fee numeric(10,2), code code, area character varying(10));
