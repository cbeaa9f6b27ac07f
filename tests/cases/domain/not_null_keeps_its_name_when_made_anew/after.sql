-- The NOT NULL of a domain that is made anew has its name while the old one, which has it too, still stands.
CREATE DOMAIN code AS text NOT NULL;
CREATE TABLE item (code code);
