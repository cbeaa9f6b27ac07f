CREATE DOMAIN zip AS text;
CREATE TABLE letters (zip zip);
