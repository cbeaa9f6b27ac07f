-- a child changes its parent for one that loses what the child does not have
CREATE TABLE sites (id integer, name text);
CREATE TABLE places (number integer GENERATED ALWAYS AS IDENTITY, area numeric CHECK (area > 0));
CREATE TABLE shops (opened date) INHERITS (sites);
CREATE TABLE regions (id integer, name text);
CREATE TABLE towns () INHERITS (regions);
CREATE TABLE streets (code text) INHERITS (towns);
