-- Keys of a large table take over an index that was built concurrently, the primary key's columns are NOT NULL before.
CREATE TABLE t (
    a int,
    b int,
    c int,
    PRIMARY KEY (a, b),
    CONSTRAINT once UNIQUE (b) INCLUDE (c) WITH (fillfactor = 80) DEFERRABLE INITIALLY DEFERRED
);
