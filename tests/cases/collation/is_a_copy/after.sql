-- A copy of a collation keeps that it is for any encoding, which only a copy gives.
CREATE COLLATION plain FROM "POSIX";
CREATE TABLE t (a text COLLATE plain);
