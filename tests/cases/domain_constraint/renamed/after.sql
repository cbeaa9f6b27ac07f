-- A constraint that says the same under another name is renamed, without reading the columns again.
CREATE DOMAIN positive AS integer CONSTRAINT b CHECK (VALUE > 0);
CREATE TABLE t (n positive);
