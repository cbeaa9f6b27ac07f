CREATE TYPE size AS (inches bigint);
CREATE FUNCTION sized(int) RETURNS size IMMUTABLE LANGUAGE sql AS 'SELECT row($1)::size';
CREATE TABLE shirts (size size);
