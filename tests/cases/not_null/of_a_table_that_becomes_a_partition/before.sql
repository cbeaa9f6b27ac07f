CREATE TABLE calls (id serial, area text NOT NULL) PARTITION BY LIST (area);
CREATE TABLE a_north (id integer NOT NULL, area text NOT NULL);
CREATE TABLE calls_south PARTITION OF calls FOR VALUES IN ('south');
