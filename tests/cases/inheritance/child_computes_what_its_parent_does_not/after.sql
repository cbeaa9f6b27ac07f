-- Up to 15 a child may compute a column that its parent has as a plain one.
CREATE TABLE other (n int);
CREATE TABLE above (a int, b int);
CREATE TABLE below (b int GENERATED ALWAYS AS (a * 2) STORED) INHERITS (above);
