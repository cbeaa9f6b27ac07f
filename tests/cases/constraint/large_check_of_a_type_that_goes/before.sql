-- The check cannot stay until its successor holds: its column is of another type by then.
CREATE TYPE color AS ENUM ('red', 'green');
CREATE TABLE cars (paint color DEFAULT 'red' CHECK (paint <> 'green'));
