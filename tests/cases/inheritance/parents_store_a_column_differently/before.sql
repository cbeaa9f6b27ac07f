CREATE TABLE places (name text);
CREATE TABLE owners (name text);
