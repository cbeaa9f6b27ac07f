-- PostgreSQL validates no constraint of a domain that a column holds inside another type: it is before.
CREATE DOMAIN cents AS bigint CHECK (VALUE > -1);
CREATE TYPE entry AS (account int, amount cents);
CREATE TABLE tx (id int PRIMARY KEY, entries entry[]);
CREATE TABLE acc (id int PRIMARY KEY, c cents);
