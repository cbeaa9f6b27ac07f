CREATE TABLE old_log (id integer CONSTRAINT log_key PRIMARY KEY, note text);
CREATE TABLE inbox (id integer, note text);
CREATE RULE redirect AS ON INSERT TO inbox
    DO INSTEAD INSERT INTO old_log VALUES (NEW.id, NEW.note) ON CONFLICT ON CONSTRAINT log_key DO NOTHING;
