CREATE TABLE feed (id int);
