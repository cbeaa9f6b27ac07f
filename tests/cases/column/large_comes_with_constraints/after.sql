-- What a new column of a large table must satisfy is added apart from it: with it, all rows would be read.
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (
    id int PRIMARY KEY,
    size int NOT NULL DEFAULT 1 CHECK (size > 0),
    p_id int DEFAULT 1 REFERENCES p,
    q_id int REFERENCES p
);
