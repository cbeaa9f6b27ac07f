-- An index of the same name on another column; the rollback puts it back on the old one.
CREATE TABLE logins (id int, email text, at timestamptz);
CREATE INDEX logins_lookup ON logins (at DESC) INCLUDE (id) WHERE at IS NOT NULL;
