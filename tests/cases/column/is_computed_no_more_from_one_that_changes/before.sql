CREATE TABLE films (title varchar(20), search text GENERATED ALWAYS AS (upper(title)) STORED NOT NULL);
