CREATE TYPE paint AS ENUM ('red', 'green');
CREATE TABLE cars (paint paint DEFAULT 'red' CHECK (paint <> 'green'));
