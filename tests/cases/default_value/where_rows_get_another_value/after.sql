-- Rows that are there get their values from a hint: none is made by the default in vain, which would use up numbers of the sequence.
CREATE SEQUENCE numbers;
CREATE TABLE tickets (
    id int PRIMARY KEY,
    code text NOT NULL,
    -- schemagen: using id
    number bigint NOT NULL DEFAULT nextval('numbers')
);
