-- A column that a child has from two parents, of which one loses it, stays an inherited one.
CREATE TABLE places (name text DEFAULT 'somewhere');
CREATE TABLE owners (number integer);
CREATE TABLE shops (opened date) INHERITS (places, owners);
