CREATE TABLE plain (a varchar(10) UNIQUE);
CREATE TABLE checked (a varchar(10) CHECK (a <> ''));
CREATE TABLE computed (a varchar(10));
CREATE INDEX computed_lower_idx ON computed (lower(a));
CREATE TABLE partly (a varchar(10));
CREATE INDEX partly_a_idx ON partly (a) WHERE a <> '';
