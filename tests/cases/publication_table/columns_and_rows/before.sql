CREATE TABLE stream (id int PRIMARY KEY, body text, secret text);
CREATE PUBLICATION outward FOR TABLE stream;
