-- A partition keeps its own NOT NULL when its parent's goes.
CREATE TABLE calls (id bigint, area text NOT NULL, note text) PARTITION BY LIST (area);
CREATE TABLE a_north PARTITION OF calls (id NOT NULL) FOR VALUES IN ('north');
CREATE TABLE calls_south PARTITION OF calls (note NOT NULL) FOR VALUES IN ('south');
