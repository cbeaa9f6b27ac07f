-- A policy that says the same under another name is renamed: at no time are the rows without it.
CREATE TABLE t (id int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY b ON t FOR SELECT USING (id > 0);
