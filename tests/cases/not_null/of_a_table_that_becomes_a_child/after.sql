-- A table that comes under a parent, or leaves it, takes the names of the NOT NULL constraints that it would have been made with.
CREATE TABLE calls (id integer NOT NULL, area text NOT NULL);
CREATE TABLE a_north (id integer NOT NULL, area text NOT NULL) INHERITS (calls);
CREATE TABLE calls_south (id integer NOT NULL, area text NOT NULL);
