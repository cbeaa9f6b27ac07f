-- A column changes its type while a view shows it.
CREATE TABLE counters (id int PRIMARY KEY, hits bigint NOT NULL);
CREATE VIEW busy AS SELECT id, hits FROM counters WHERE hits > 100;
COMMENT ON VIEW busy IS 'Those with many hits.';
