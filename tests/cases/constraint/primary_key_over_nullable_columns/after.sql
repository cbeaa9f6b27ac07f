-- A primary key makes its columns NOT NULL, and leaves them so: the rollback lets them take nulls again.
CREATE TABLE seats (hall int, place int, note text, PRIMARY KEY (hall, place));
