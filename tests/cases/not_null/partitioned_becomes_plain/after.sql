-- A partitioned table and its partition become two tables of their own, each with a NOT NULL of its own name.
CREATE TABLE calls (id serial, area text);
CREATE TABLE calls_north (id serial, area text);
