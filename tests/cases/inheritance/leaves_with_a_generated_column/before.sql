CREATE TABLE boxes (width integer, area integer GENERATED ALWAYS AS (width * width) STORED);
CREATE TABLE crates (wood text) INHERITS (boxes);
