CREATE TABLE notes (id int, body text);
CREATE FUNCTION recent() RETURNS SETOF notes LANGUAGE sql AS 'SELECT * FROM notes';
CREATE VIEW bodies AS SELECT body FROM recent();
CREATE FUNCTION numbered() RETURNS SETOF bigint BEGIN ATOMIC SELECT ordinality FROM recent() WITH ORDINALITY; END;
