CREATE TYPE e1 AS ENUM ('a', 'b');
CREATE TYPE e2 AS ENUM ('x', 'y');
CREATE TABLE t (one e1 DEFAULT 'a', other e2[]);
