-- A CHECK with another condition is validated before the old one goes.
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 10));
