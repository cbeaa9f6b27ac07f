-- A type that steps aside takes its owner and its grants along.
CREATE TYPE state AS ENUM ('new', 'old');
ALTER TYPE state OWNER TO keeper;
GRANT USAGE ON TYPE state TO reader;
CREATE TABLE devices (state state);
