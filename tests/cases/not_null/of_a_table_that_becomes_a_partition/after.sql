-- A table that becomes a partition takes the names of its parent's NOT NULL constraints, and one that stops being one takes its own.
CREATE TABLE calls (id serial, area text NOT NULL) PARTITION BY LIST (area);
CREATE TABLE a_north PARTITION OF calls FOR VALUES IN ('north');
CREATE TABLE calls_south (id integer NOT NULL, area text NOT NULL);
