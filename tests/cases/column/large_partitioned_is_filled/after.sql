-- A partitioned table is filled through its own key, all partitions at once.
CREATE TABLE readings (id bigint, day date, value int, token uuid NOT NULL DEFAULT gen_random_uuid(), PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE readings_old PARTITION OF readings FOR VALUES FROM (MINVALUE) TO ('2025-01-01');
CREATE TABLE readings_new PARTITION OF readings FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);
