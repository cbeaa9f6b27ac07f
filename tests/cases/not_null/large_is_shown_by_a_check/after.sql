-- NOT NULL follows from a check that was validated before: no scan while others wait.
CREATE TABLE t (a int NOT NULL, b int);
