-- A function that PUBLIC may not execute is rebuilt and stays so.
CREATE FUNCTION secret() RETURNS text LANGUAGE sql AS $$ SELECT '1' $$;
REVOKE EXECUTE ON FUNCTION secret() FROM PUBLIC;
