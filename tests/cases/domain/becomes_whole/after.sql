-- 2.000 and 2 are the same number, though not the same text.
CREATE DOMAIN d AS int; CREATE TABLE t (id int primary key, v d);
