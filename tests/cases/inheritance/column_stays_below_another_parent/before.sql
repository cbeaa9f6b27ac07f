CREATE TABLE places (name text DEFAULT 'somewhere');
CREATE TABLE owners (number integer, name text DEFAULT 'somewhere');
CREATE TABLE shops (opened date) INHERITS (places, owners);
