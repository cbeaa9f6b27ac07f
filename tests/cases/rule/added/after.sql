-- A rule that turns deletes away.
CREATE TABLE archive (id int);
CREATE RULE no_delete AS ON DELETE TO archive DO INSTEAD NOTHING;
