CREATE DOMAIN code AS text;
CREATE DOMAIN zip AS code;
CREATE TABLE letters (zip zip);
