-- A sequence can belong to a column that holds no numbers: there is no number to go on from.
CREATE TABLE tickets (code text);
CREATE SEQUENCE tickets_code OWNED BY tickets.code;
