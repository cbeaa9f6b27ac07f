CREATE TABLE archive (id int);
