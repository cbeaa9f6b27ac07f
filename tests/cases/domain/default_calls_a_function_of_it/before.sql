CREATE DOMAIN score AS integer DEFAULT 1 NOT NULL CHECK (VALUE >= 0);
CREATE TABLE games (points score);
