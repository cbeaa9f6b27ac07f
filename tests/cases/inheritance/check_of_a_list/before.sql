CREATE TABLE orders (id integer, state varchar(9), CONSTRAINT known CHECK (state IN ('open', 'it''s done')));
CREATE TABLE returns (id integer, state varchar(9), CONSTRAINT why CHECK (state NOT IN ('a', 'b')));
