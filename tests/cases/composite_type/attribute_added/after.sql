-- A composite type gets one more attribute.
CREATE TYPE address AS (street text, city text, zip varchar(10));
