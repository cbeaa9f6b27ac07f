CREATE TYPE span AS RANGE (SUBTYPE = bigint);
CREATE TYPE stay AS (during span, guests integer);
CREATE TABLE rooms (number integer, stay stay);
