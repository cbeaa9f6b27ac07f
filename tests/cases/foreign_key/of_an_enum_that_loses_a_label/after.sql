-- The columns on both sides are converted one after the other; in between the two types do not compare.
CREATE TYPE color AS ENUM ('red', 'blue');
CREATE TABLE paints (color color PRIMARY KEY);
CREATE TABLE cars (color color REFERENCES paints);
CREATE TABLE parts (color color UNIQUE, next color REFERENCES parts (color), label text GENERATED ALWAYS AS (CASE WHEN color IS NULL THEN '' ELSE 'colored' END) STORED);
