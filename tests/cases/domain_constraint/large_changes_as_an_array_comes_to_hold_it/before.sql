CREATE DOMAIN cents AS bigint CHECK (VALUE >= 0);
CREATE TYPE entry AS (account int, amount bigint);
CREATE TABLE tx (id int PRIMARY KEY, entries entry[]);
CREATE TABLE acc (id int PRIMARY KEY, c cents);
