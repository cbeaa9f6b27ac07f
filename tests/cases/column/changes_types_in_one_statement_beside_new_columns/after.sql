-- Two columns change their types, and one is added whose name stands between theirs: the table is written anew once.
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    amount bigint NOT NULL,
    note text,
    quantity bigint
);
