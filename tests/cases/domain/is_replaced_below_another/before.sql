CREATE DOMAIN kind AS text CHECK (VALUE IN ('a', 'b'));
CREATE TABLE base (id int, k kind DEFAULT 'b');
