-- checks in the place of others of their names: at no time neither holds, and rows are read once for all of them
CREATE TABLE t (
    id bigint PRIMARY KEY,
    a int NOT NULL,
    b int,
    CONSTRAINT a_is_small CHECK (a < 100),
    CONSTRAINT b_is_small CHECK (b < 100)
);
