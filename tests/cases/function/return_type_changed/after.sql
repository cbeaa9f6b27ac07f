-- A function returns another type: it is dropped and created with the default that uses it.
CREATE FUNCTION next_code() RETURNS bigint LANGUAGE sql AS 'SELECT 2::bigint';
CREATE TABLE codes (code int DEFAULT next_code());
