CREATE DOMAIN code AS varchar(9) NOT NULL;
CREATE TABLE item (code code);
