CREATE SEQUENCE n;
CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('n'), a int);
CREATE TABLE w (id int, number int);
