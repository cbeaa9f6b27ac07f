CREATE TYPE span AS RANGE (SUBTYPE = integer);
CREATE TABLE t (id int, at span, CHECK (at <> span(1, 2)));
