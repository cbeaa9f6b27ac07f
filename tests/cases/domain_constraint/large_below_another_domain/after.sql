-- A column of a domain over the domain is checked too.
CREATE DOMAIN code AS text CONSTRAINT said CHECK (VALUE <> '');
CREATE DOMAIN zip AS code;
CREATE TABLE letters (zip zip);
