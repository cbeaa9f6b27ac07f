-- A procedural language and a function in it.
CREATE LANGUAGE plcopy HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
CREATE FUNCTION one() RETURNS int LANGUAGE plcopy AS $$ BEGIN RETURN 1; END $$;
