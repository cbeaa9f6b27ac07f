-- A column gets a type that the condition of its index does not fit: the old index goes before, and is not kept beside the new one.
CREATE TABLE jobs (id int PRIMARY KEY, state text);
CREATE INDEX jobs_state ON jobs (state) WHERE state <> 'lost';
