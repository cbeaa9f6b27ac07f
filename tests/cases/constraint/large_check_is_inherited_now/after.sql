-- A check on a large table that was its own comes to its children too.
CREATE TABLE p (n int CONSTRAINT own CHECK (n > 1));
CREATE TABLE c () INHERITS (p);
