CREATE TABLE notes (id int PRIMARY KEY, body text);
CREATE INDEX notes_body_idx ON notes (lower(body));
COMMENT ON TABLE notes IS 'Free text.';
COMMENT ON INDEX notes_body_idx IS 'For the search page.';
CREATE TABLE kept (id int);
