-- The function gives a text, which is a word only by the cast before.
CREATE TYPE word;
CREATE FUNCTION word_in(cstring) RETURNS word LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION word_out(word) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE word (INTERNALLENGTH = variable, INPUT = word_in, OUTPUT = word_out, ALIGNMENT = int4);
CREATE CAST (text AS word) WITHOUT FUNCTION AS IMPLICIT;
CREATE FUNCTION word_of(integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT $1::text $$;
CREATE CAST (integer AS word) WITH FUNCTION word_of(integer);
