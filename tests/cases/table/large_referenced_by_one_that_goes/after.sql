-- To drop a table, or a foreign key, keeps readers off the table that it references, too: the log names it.
CREATE TABLE busy (id int PRIMARY KEY);
CREATE TABLE links (id int PRIMARY KEY, busy_id int);
