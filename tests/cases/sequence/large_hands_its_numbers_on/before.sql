CREATE SEQUENCE n;
CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('n'), a int);
CREATE TABLE w (id int, number int);
CREATE TABLE v (id int, number int);
CREATE INDEX of_some ON v (number) WHERE number > 0;
CREATE TABLE y (id int, number int);
CREATE INDEX of_all ON y (number DESC, id);
