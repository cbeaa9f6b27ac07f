CREATE TABLE p (b text, CONSTRAINT k2 CHECK (b <> ''));
CREATE TABLE c (d int, CONSTRAINT k2 CHECK (b <> '')) INHERITS (p);
