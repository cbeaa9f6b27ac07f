CREATE TYPE state AS ENUM ('new', 'old', 'lost');
ALTER TYPE state OWNER TO keeper;
GRANT USAGE ON TYPE state TO reader;
CREATE TABLE devices (state state);
