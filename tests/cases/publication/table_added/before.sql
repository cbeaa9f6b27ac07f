CREATE TABLE outbox (id int PRIMARY KEY);
CREATE PUBLICATION changes WITH (publish = 'insert');
