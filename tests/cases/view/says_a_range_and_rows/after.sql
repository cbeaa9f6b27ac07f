-- Conditions inside conditions stay what they are: read again as they are printed, they would be others.
CREATE TABLE readings (value integer, place text, day date);
CREATE VIEW fine AS SELECT value FROM readings WHERE value BETWEEN 1 AND 10 AND place <> '';
CREATE VIEW odd AS SELECT value NOT BETWEEN 1 AND 10 OR place = '' AS is_odd FROM readings WHERE (value, place) = (1, 'x') AND day > '2026-01-01';
