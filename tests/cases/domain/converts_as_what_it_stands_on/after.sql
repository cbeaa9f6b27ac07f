-- Values go from a domain to another type, and back, by the casts of the type that it stands on: not as text, which none of them reads.
CREATE DOMAIN cents AS bigint CHECK (VALUE >= 0);
CREATE DOMAIN code AS character varying(10);
CREATE TABLE bills (id integer PRIMARY KEY, total numeric(12,2) DEFAULT 100, parts numeric(12,2)[], paid cents, fee cents, code character varying(10), area code);
