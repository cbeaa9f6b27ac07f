-- A collation and a column that uses it.
CREATE COLLATION plain (provider = libc, locale = 'C');
CREATE TABLE words (word text COLLATE plain);
