CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE days (mood mood);
CREATE VIEW moods AS SELECT mood FROM days;
CREATE VIEW good AS SELECT mood FROM moods WHERE mood = 'good';
