-- A table that was there before a migration is there after its rollback.
CREATE TABLE tags (id int PRIMARY KEY, label text NOT NULL);
CREATE TABLE taggings (
    tag_id int NOT NULL REFERENCES tags (id),
    thing text NOT NULL
);
