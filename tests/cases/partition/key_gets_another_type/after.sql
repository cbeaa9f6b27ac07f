-- A column of a partition key keeps its type: the partitions leave with their rows, and join the table made anew.
CREATE TABLE events (at bigint, kind text, note text) PARTITION BY RANGE (at, lower(kind));
CREATE TABLE events_early PARTITION OF events FOR VALUES FROM (1, 'a') TO (10, 'a');
CREATE TABLE events_other PARTITION OF events DEFAULT;
CREATE INDEX events_note ON events (note);
CREATE VIEW early AS SELECT at FROM events WHERE at < 5;
