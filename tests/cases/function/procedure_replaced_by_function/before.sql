CREATE PROCEDURE tidy(days int) LANGUAGE sql AS $$ SELECT 1 $$;
