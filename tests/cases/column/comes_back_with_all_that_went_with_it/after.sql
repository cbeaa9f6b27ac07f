-- A dropped column takes its index, key, CHECK and statistics with it, of several columns too: all of them come back, and its comment and grant.
CREATE ROLE cases_reader;
CREATE TABLE parcels (id int PRIMARY KEY, weight int);
