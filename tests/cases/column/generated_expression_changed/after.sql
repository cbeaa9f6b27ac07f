-- A generated column gets another expression.
CREATE TABLE boxes (w int, h int, area int GENERATED ALWAYS AS (w * h * 2) STORED);
