-- A check that a child has by itself too goes after its parent's: PostgreSQL drops none that is inherited.
CREATE TABLE p (b text);
CREATE TABLE c (d int) INHERITS (p);
