-- An extension, and a column of its type.
CREATE EXTENSION citext;
CREATE TABLE members (email citext);
