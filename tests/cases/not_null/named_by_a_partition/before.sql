CREATE TABLE calls (id bigint, area text NOT NULL) PARTITION BY LIST (area);
CREATE TABLE a_north PARTITION OF calls FOR VALUES IN ('north');
CREATE TABLE calls_south PARTITION OF calls FOR VALUES IN ('south');
