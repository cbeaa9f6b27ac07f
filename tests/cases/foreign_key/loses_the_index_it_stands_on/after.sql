-- PostgreSQL took the first index that fits; that one goes, and the primary key fits as well.
CREATE TABLE nodes (id integer PRIMARY KEY, parent integer REFERENCES nodes DEFERRABLE INITIALLY DEFERRED);
