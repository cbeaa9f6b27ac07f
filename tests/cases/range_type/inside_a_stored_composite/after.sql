-- Another subtype of a range inside a composite type: nothing converts what is stored, so the column comes anew.
CREATE TYPE span AS RANGE (SUBTYPE = date);
CREATE TYPE stay AS (during span, guests integer);
CREATE TABLE rooms (number integer, stay stay);
