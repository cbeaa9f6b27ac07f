CREATE TABLE boxes (width integer, depth bigint);
ALTER TABLE boxes ADD CONSTRAINT has_depth CHECK (depth IS NOT NULL) NOT VALID;
CREATE TABLE crates (wood text) INHERITS (boxes);
CREATE VIEW widths AS SELECT width FROM crates;
CREATE FUNCTION is_wide(widths) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OR REPLACE VIEW widths AS SELECT width FROM crates WHERE is_wide(NULL::widths);
