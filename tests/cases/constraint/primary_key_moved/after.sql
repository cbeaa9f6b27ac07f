-- The primary key moves to another column.
CREATE TABLE accounts (id int NOT NULL, code text NOT NULL, PRIMARY KEY (code));
