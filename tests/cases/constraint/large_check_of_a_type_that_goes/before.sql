CREATE TYPE color AS ENUM ('red', 'green');
CREATE TABLE cars (paint color DEFAULT 'red' CHECK (paint <> 'green'));
