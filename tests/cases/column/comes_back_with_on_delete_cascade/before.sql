CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE sessions (
    id int PRIMARY KEY,
    user_id int REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX sessions_user_id_idx ON sessions (user_id);
