-- A domain gets another default and must have a value.
CREATE DOMAIN quantity AS int DEFAULT 1 NOT NULL;
CREATE TABLE carts (amount quantity);
