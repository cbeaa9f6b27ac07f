-- A procedure becomes a function of the same name.
CREATE FUNCTION tidy(days int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
