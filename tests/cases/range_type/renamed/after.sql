-- A range type is renamed with its constructors and its multirange type.
-- schemagen: renamed from span
CREATE TYPE stretch_range AS RANGE (SUBTYPE = integer);
CREATE TABLE t (id int, at stretch_range, CHECK (at <> stretch_range(1, 2)));
