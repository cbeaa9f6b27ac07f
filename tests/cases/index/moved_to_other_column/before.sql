CREATE TABLE logins (id int, email text, at timestamptz);
CREATE INDEX logins_lookup ON logins (email);
