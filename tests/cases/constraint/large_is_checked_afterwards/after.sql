-- A CHECK holds for new rows first, and is validated on the others without keeping anybody out.
CREATE TABLE t (a int CONSTRAINT positive CHECK (a > 0), b int CHECK (b < 10));
