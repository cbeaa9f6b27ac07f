-- A parameter called as a type: it must be quoted.
CREATE FUNCTION size_of("json" jsonb) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT length("json"::text) $$;
