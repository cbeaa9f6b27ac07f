-- A statistics target, a storage mode and an option of a column.
CREATE TABLE blobs (id int, payload text);
ALTER TABLE blobs ALTER COLUMN id SET STATISTICS 500, ALTER COLUMN payload SET STORAGE EXTERNAL,
    ALTER COLUMN id SET (n_distinct = 5);
