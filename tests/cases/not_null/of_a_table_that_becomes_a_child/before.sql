CREATE TABLE calls (id integer NOT NULL, area text NOT NULL);
CREATE TABLE a_north (id integer NOT NULL, area text NOT NULL);
CREATE TABLE calls_south () INHERITS (calls);
