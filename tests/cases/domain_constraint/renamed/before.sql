CREATE DOMAIN positive AS integer CONSTRAINT a CHECK (VALUE > 0);
CREATE TABLE t (n positive);
