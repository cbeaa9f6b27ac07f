CREATE SEQUENCE numbers;
CREATE TABLE tickets (id int PRIMARY KEY, code text NOT NULL);
