-- An identity goes before its column takes a type that cannot hold the sequence's bounds.
CREATE TABLE readings (id integer NOT NULL);
