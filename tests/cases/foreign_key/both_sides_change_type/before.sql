CREATE TABLE days (id bigint PRIMARY KEY, n integer UNIQUE);
CREATE TABLE entries (id bigint PRIMARY KEY, day_id bigint REFERENCES days, n integer REFERENCES days (n));
