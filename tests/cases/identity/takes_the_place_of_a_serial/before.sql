-- The identity goes on where the serial stands, also past rows that are gone.
CREATE TABLE users (id serial PRIMARY KEY, name text);
