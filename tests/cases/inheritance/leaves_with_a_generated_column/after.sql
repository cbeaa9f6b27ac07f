-- Up to 15 a child that is made with its parents must not say the generated column, and one that comes to them must.
CREATE TABLE boxes (width integer, area integer GENERATED ALWAYS AS (width * width) STORED);
CREATE TABLE crates (wood text);
