-- A view is redefined while the one below it becomes a table and their enum a domain.
CREATE DOMAIN mood AS text;
CREATE TABLE moods (mood mood);
CREATE VIEW good AS SELECT mood, 1 AS one FROM moods;
