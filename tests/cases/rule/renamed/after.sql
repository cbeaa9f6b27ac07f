-- A rule that does the same under another name is renamed.
CREATE TABLE t (id int);
CREATE RULE b AS ON DELETE TO t DO INSTEAD NOTHING;
