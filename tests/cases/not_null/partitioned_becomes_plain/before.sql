CREATE TABLE calls (id serial, area text) PARTITION BY LIST (area);
CREATE TABLE calls_north PARTITION OF calls FOR VALUES IN ('north');
