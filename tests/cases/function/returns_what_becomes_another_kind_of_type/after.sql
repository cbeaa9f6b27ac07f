-- A composite type becomes an enum while columns are of it: the function that returns it goes before, though its words are the same.
CREATE TYPE size AS ENUM ('s', 'm');
CREATE FUNCTION sized(int) RETURNS size IMMUTABLE LANGUAGE sql AS $$SELECT 's'::size$$;
CREATE TABLE shirts (size size);
