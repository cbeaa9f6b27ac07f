-- A column that is declared between others comes last on the live table: PostgreSQL prints the columns of its rows in another order.
CREATE TABLE notes (id int, title text, body text);
CREATE FUNCTION recent() RETURNS SETOF notes LANGUAGE sql AS 'SELECT * FROM notes';
CREATE VIEW bodies AS SELECT body FROM recent();
CREATE VIEW titles AS SELECT r.title, r.id FROM recent() r;
CREATE FUNCTION numbered() RETURNS SETOF bigint BEGIN ATOMIC SELECT ordinality FROM recent() WITH ORDINALITY; END;
