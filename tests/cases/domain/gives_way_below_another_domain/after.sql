-- A domain gets another base type below a domain that goes: it steps aside for the columns before the other has gone.
CREATE DOMAIN n2 AS text;
CREATE TABLE t2 (a n2, b n2[]);
