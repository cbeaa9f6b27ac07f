-- A NOT NULL that is not valid and handed down: the child's is validated apart, and on the way back it goes with its parent's alone.
CREATE TABLE parent (id int);
ALTER TABLE parent ADD CONSTRAINT given NOT NULL id NOT VALID;
CREATE TABLE child () INHERITS (parent);
