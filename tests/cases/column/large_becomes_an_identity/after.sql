-- An identity for the rows of a large table: they are numbered in batches, and it goes on behind them.
CREATE TABLE events (
    day date,
    number int,
    note text,
    id bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (day, number)
);
