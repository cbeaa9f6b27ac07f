-- Conditions inside conditions are printed without their brackets once they were fed back.
CREATE TABLE readings (value integer, place text, CONSTRAINT plausible CHECK ((value BETWEEN 1 AND 10) AND place <> ''));
CREATE POLICY plausible ON readings FOR INSERT WITH CHECK ((value BETWEEN 1 AND 10) AND place <> '');
