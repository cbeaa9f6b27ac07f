CREATE TABLE t (
    id bigint PRIMARY KEY,
    a int,
    b int,
    CONSTRAINT a_is_small CHECK (a < 10),
    CONSTRAINT b_is_small CHECK (b < 10)
);
