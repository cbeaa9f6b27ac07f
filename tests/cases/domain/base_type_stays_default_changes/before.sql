CREATE DOMAIN quantity AS int DEFAULT 0;
CREATE TABLE carts (amount quantity);
