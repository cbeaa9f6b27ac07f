-- What was not enforced is enforced, and the other way round.
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0), b int CONSTRAINT f REFERENCES p);
