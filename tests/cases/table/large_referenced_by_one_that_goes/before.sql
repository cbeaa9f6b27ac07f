CREATE TABLE busy (id int PRIMARY KEY);
CREATE TABLE notes (id int PRIMARY KEY, busy_id int REFERENCES busy);
CREATE TABLE links (id int PRIMARY KEY, busy_id int CONSTRAINT links_busy REFERENCES busy);
