-- Two types swap their names, and the columns keep their values.
CREATE TYPE e2 AS ENUM ('a', 'b');
CREATE TYPE e1 AS ENUM ('x', 'y');
CREATE TABLE t (one e2 DEFAULT 'a', other e1[]);
