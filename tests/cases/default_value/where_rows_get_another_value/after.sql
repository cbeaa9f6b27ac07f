CREATE SEQUENCE numbers;
CREATE TABLE tickets (
    id int PRIMARY KEY,
    code text NOT NULL,
    -- schemagen: using id
    number bigint NOT NULL DEFAULT nextval('numbers')
);
