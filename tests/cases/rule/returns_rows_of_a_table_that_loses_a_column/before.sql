CREATE TABLE entries (id integer, at date, note text);
CREATE RULE voided AS ON DELETE TO entries DO INSTEAD UPDATE entries SET at = NULL WHERE id = OLD.id RETURNING OLD.*;
CREATE TABLE notes (id integer, note text);
