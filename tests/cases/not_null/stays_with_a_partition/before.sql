CREATE TABLE calls (id bigint NOT NULL, area text NOT NULL, note text NOT NULL) PARTITION BY LIST (area);
CREATE TABLE a_north PARTITION OF calls (id NOT NULL) FOR VALUES IN ('north');
CREATE TABLE calls_south PARTITION OF calls FOR VALUES IN ('south');
