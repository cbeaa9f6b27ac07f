-- Rows are filled before their table is published, and on the way back after it no longer is.
CREATE TABLE orders (id int, note text, token uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY);
CREATE TABLE notes (id int, note text, token uuid NOT NULL DEFAULT gen_random_uuid());
CREATE PUBLICATION news FOR TABLE orders WITH (publish = 'insert, update');
CREATE PUBLICATION all_news FOR ALL TABLES;
