-- A check that is made again as not valid is valid in the partition that stands.
CREATE TABLE visits (id int NOT NULL) PARTITION BY LIST (id);
ALTER TABLE visits ADD CONSTRAINT is_positive CHECK (id > 0) NOT VALID;
CREATE TABLE some_visits PARTITION OF visits FOR VALUES IN (1);
