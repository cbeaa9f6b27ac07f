CREATE TABLE boxes (id int PRIMARY KEY, w int, h int);
CREATE TABLE bags (id int PRIMARY KEY, w int, half int GENERATED ALWAYS AS (w / 2) STORED);
