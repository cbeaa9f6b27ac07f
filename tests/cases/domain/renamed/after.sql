-- A domain is renamed and moved with its constraint; the column of it stays.
CREATE SCHEMA app;
-- schemagen: renamed from public.positive
CREATE DOMAIN app.natural_number AS integer CONSTRAINT natural_check CHECK (VALUE > 0);
CREATE TABLE t (n app.natural_number);
