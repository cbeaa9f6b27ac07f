-- A label is added to a type in use; the rollback takes it away again.
CREATE TYPE mood AS ENUM ('sad', 'fine', 'happy');
CREATE TABLE days (day date, mood mood DEFAULT 'sad');
