-- A key takes the place of another in one statement that finds its index built.
CREATE TABLE t (a int NOT NULL, b int NOT NULL, CONSTRAINT k PRIMARY KEY (b, a));
