-- a child that comes to a standing parent gets the check of a list that the parent has, and PostgreSQL takes both for the same
CREATE TABLE orders (id integer, state varchar(9), CONSTRAINT known CHECK (state IN ('open', 'it''s done')));
CREATE TABLE returns (reason varchar(20), CONSTRAINT why CHECK (state NOT IN ('b', 'c'))) INHERITS (orders);
CREATE TABLE claims (reason varchar(20) CHECK (reason IN ('lost', 'broken') AND reason <> '')) INHERITS (returns);
