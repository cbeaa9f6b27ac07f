-- A partitioned table has an owner as any other, though its key is recorded as an internal dependency on itself.
CREATE TABLE old_events (at date) PARTITION BY RANGE (at);
ALTER TABLE old_events OWNER TO keeper;
CREATE TABLE events (at date) PARTITION BY RANGE (at);
ALTER TABLE events OWNER TO keeper;
