-- Statistics are gathered once: what is looked at for the index holds those of the column, too.
CREATE TABLE sale (id int PRIMARY KEY, note text, at timestamp);
CREATE INDEX sale_note ON sale (lower(note));
