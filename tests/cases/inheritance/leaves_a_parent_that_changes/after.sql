-- A child leaves a parent before an identity comes to that: PostgreSQL adds none to a table with children.
CREATE TABLE p (a int, d int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE q (a int);
CREATE TABLE c (b int) INHERITS (q);
