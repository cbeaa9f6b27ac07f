CREATE TABLE counters (id int PRIMARY KEY, hits int NOT NULL);
CREATE VIEW busy AS SELECT id, hits FROM counters WHERE hits > 100;
COMMENT ON VIEW busy IS 'Those with many hits.';
