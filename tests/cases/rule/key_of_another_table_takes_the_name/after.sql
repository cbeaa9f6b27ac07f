-- a rule names a key whose index takes the name of the one that the rule named before
CREATE TABLE new_log (number bigint CONSTRAINT log_key PRIMARY KEY, note text);
CREATE TABLE inbox (id integer, note text);
CREATE RULE redirect AS ON INSERT TO inbox
    DO INSTEAD INSERT INTO new_log VALUES (NEW.id, NEW.note) ON CONFLICT ON CONSTRAINT log_key DO NOTHING;
