CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE people (id int, mood mood DEFAULT 'sad');
CREATE FUNCTION is_happy(it mood) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT it = ''happy''';
