-- The check cannot stay until its successor holds: its column is of another type by then.
CREATE TYPE paint AS ENUM ('red', 'green');
CREATE TABLE cars (paint paint DEFAULT 'red' CHECK (paint <> 'green'));
