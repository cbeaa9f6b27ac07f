CREATE TABLE hot (id int);
