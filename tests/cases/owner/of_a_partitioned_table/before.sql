CREATE TABLE old_events (at date) PARTITION BY RANGE (at);
