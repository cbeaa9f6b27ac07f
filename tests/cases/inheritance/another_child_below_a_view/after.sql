-- The view stands on a child that goes and then on one that comes, while a check goes from the parent of both.
CREATE TABLE boxes (width integer, depth bigint);
CREATE TABLE barrels (wood text) INHERITS (boxes);
CREATE VIEW widths AS SELECT width FROM barrels;
CREATE FUNCTION is_wide(widths) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OR REPLACE VIEW widths AS SELECT width FROM barrels WHERE is_wide(NULL::widths);
