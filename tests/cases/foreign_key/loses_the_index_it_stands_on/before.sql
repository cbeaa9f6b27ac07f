CREATE TABLE nodes (id integer, parent integer);
CREATE UNIQUE INDEX nodes_first ON nodes (id NULLS FIRST);
ALTER TABLE nodes ADD CONSTRAINT nodes_pkey PRIMARY KEY (id);
ALTER TABLE nodes ADD CONSTRAINT nodes_parent_fkey FOREIGN KEY (parent) REFERENCES nodes (id);
