-- The key under a foreign key becomes a primary key while the foreign key changes: made beside the old one it would stand on what goes.
CREATE TABLE cases (id integer PRIMARY KEY);
CREATE TABLE comments (
    id integer PRIMARY KEY,
    case_id integer CONSTRAINT comments_case_id_fkey REFERENCES cases (id) ON DELETE CASCADE
);
