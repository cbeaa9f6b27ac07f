-- A primary key is refused in one statement with what validates its NOT NULL.
CREATE TABLE t (a integer PRIMARY KEY, b integer);
