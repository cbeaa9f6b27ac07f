-- Stored generated columns are computed for all rows while everybody waits: the log says so, and what could be declared instead.
CREATE TABLE boxes (id int PRIMARY KEY, w int, h int, less int GENERATED ALWAYS AS (w / 3) STORED);
CREATE TABLE bags (id int PRIMARY KEY, w int, half int GENERATED ALWAYS AS (w / 4) STORED);
