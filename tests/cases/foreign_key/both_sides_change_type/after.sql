-- Both sides of a foreign key get a type that does not compare with the old one; a wider integer does, and the key stays.
CREATE TABLE days (id text PRIMARY KEY, n bigint UNIQUE);
CREATE TABLE entries (id bigint PRIMARY KEY, day_id text REFERENCES days, n bigint REFERENCES days (n));
