CREATE TABLE events (id int, kind int);
CREATE TABLE orders (id int CONSTRAINT id_given NOT NULL, kind int);
