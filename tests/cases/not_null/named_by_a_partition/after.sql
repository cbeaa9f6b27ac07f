-- A partition's NOT NULL with a name of its own, beside the one that it inherits.
CREATE TABLE calls (id bigint NOT NULL, area text NOT NULL) PARTITION BY LIST (area);
CREATE TABLE a_north PARTITION OF calls (id NOT NULL) FOR VALUES IN ('north');
CREATE TABLE calls_south PARTITION OF calls FOR VALUES IN ('south');
CREATE TABLE calls_west PARTITION OF calls (id NOT NULL, area NOT NULL) FOR VALUES IN ('west');
