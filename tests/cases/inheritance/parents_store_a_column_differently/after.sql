-- Two parents of a table came to store a column in different ways: a child of both can only be made before they do.
CREATE TABLE places (name text);
CREATE TABLE owners (name text);
CREATE TABLE shops () INHERITS (places, owners);
ALTER TABLE owners ALTER COLUMN name SET STORAGE EXTERNAL;
ALTER TABLE owners ALTER COLUMN name SET STATISTICS 50;
