-- A base type on functions of the server.
CREATE TYPE weight;
CREATE FUNCTION weight_in(cstring) RETURNS weight LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION weight_out(weight) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE weight (INPUT = weight_in, OUTPUT = weight_out, INTERNALLENGTH = 4, PASSEDBYVALUE, ALIGNMENT = int4);
CREATE TABLE scales (reading weight);
