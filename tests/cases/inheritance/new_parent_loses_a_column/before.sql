CREATE TABLE places (id integer, name text);
CREATE TABLE sites (number integer GENERATED ALWAYS AS IDENTITY, area numeric CHECK (area > 0));
CREATE TABLE shops (opened date) INHERITS (places);
CREATE TABLE regions (id integer, name text, code text);
CREATE TABLE towns () INHERITS (regions);
CREATE TABLE streets () INHERITS (regions);
