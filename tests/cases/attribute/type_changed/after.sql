-- An attribute of a composite type changes its type and gets a collation.
CREATE TYPE label AS (text varchar(40) COLLATE "C", size bigint);
