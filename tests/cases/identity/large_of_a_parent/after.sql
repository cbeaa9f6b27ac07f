-- A column of a table that others inherit from: PostgreSQL adds none that is an identity from the beginning.
CREATE TABLE document (title text, id bigint GENERATED ALWAYS AS IDENTITY);
CREATE TABLE letter (recipient text) INHERITS (document);
