-- A name in quotes that differs in its number alone was said, not chosen by PostgreSQL: the rules are renamed.
CREATE TABLE t (a int);
CREATE RULE "kept x2" AS ON DELETE TO t DO INSTEAD NOTHING;
CREATE RULE "say ""no"" 2" AS ON INSERT TO t DO INSTEAD NOTHING;
