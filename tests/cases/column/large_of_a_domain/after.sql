-- A new column of a domain with a constraint has the table written anew, even where it is empty; without one it is free.
CREATE DOMAIN free AS int;
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE t (id int PRIMARY KEY, a free);
CREATE TABLE u (id int PRIMARY KEY, a positive);
