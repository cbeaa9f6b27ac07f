CREATE TABLE orders (
    id integer PRIMARY KEY,
    paid boolean DEFAULT false NOT NULL,
    flags boolean[],
    total money DEFAULT 0 NOT NULL,
    cents bigint NOT NULL
);
