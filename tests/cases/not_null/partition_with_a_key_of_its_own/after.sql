-- A partition that got a key after it was made has the NOT NULL that it inherits, under its parent's name; with the key in its CREATE
-- TABLE it would have one of its own.
CREATE TABLE jobs (id integer NOT NULL, name text NOT NULL) PARTITION BY LIST (lower(name));
CREATE TABLE jobs_rest PARTITION OF jobs DEFAULT;
ALTER TABLE jobs_rest ADD PRIMARY KEY (id);
