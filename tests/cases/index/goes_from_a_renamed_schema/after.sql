-- A rollback makes the index anew from its printed text, which PostgreSQL prints in other words, and gives the old name back after.
-- schemagen: renamed from n1
CREATE SCHEMA n2;
CREATE TABLE n2.t (a int);
CREATE FUNCTION n2.f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT a $$;
