-- A sequence that comes to belong to a numeric column goes on after the largest whole number there.
CREATE TABLE tickets (number numeric(10, 2));
CREATE SEQUENCE tickets_number OWNED BY tickets.number;
