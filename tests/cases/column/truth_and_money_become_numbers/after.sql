-- A truth value becomes a small integer, and money an integer, by way of the number that both can be cast to, and so back.
CREATE TABLE orders (
    id integer PRIMARY KEY,
    paid smallint DEFAULT 0 NOT NULL,
    flags bigint[],
    total bigint DEFAULT 0 NOT NULL,
    cents money NOT NULL
);
