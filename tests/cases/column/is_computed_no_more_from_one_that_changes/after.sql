-- A column that is computed no more keeps its values, though what it was computed from gets another type.
CREATE TABLE films (title text, search text NOT NULL);
