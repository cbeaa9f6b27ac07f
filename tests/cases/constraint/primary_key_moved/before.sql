CREATE TABLE accounts (id int NOT NULL, code text NOT NULL, PRIMARY KEY (id));
