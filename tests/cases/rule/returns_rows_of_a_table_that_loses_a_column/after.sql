-- A rule that returns rows must name every column that its table has then: it comes after the one that goes.
CREATE TABLE entries (id integer, at date);
CREATE RULE voided AS ON DELETE TO entries DO INSTEAD UPDATE entries SET at = NULL WHERE id = OLD.id RETURNING OLD.*;
CREATE TABLE notes (id integer);
CREATE RULE voided AS ON DELETE TO notes DO INSTEAD UPDATE notes SET id = 0 WHERE id = OLD.id RETURNING id;
