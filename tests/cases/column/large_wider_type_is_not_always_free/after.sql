-- A wider varchar is free under a key; a CHECK has all rows read, an index with an expression or a condition is built anew.
CREATE TABLE plain (a varchar(20) UNIQUE);
CREATE TABLE checked (a varchar(20) CHECK (a <> ''));
CREATE TABLE computed (a varchar(20));
CREATE INDEX computed_lower_idx ON computed (lower(a));
CREATE TABLE partly (a varchar(20));
CREATE INDEX partly_a_idx ON partly (a) WHERE a <> '';
