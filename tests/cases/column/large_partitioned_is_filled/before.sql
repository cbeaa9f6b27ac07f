CREATE TABLE readings (id bigint, day date, value int, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE readings_old PARTITION OF readings FOR VALUES FROM (MINVALUE) TO ('2025-01-01');
CREATE TABLE readings_new PARTITION OF readings FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);
