-- Statistics of what both compute are gathered once, when both are there.
CREATE TABLE people (id bigint PRIMARY KEY, name text NOT NULL, email text NOT NULL);
CREATE INDEX people_email ON people (lower(email));
CREATE INDEX people_name ON people (upper(name));
