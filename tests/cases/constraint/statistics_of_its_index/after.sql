-- The index behind a constraint has statistics targets too.
CREATE TABLE t (a int, CONSTRAINT e EXCLUDE USING btree ((a + 1) WITH =));
ALTER INDEX e ALTER COLUMN 1 SET STATISTICS 50;
