-- the greatest number is found by an index, or else before the lock of the default is taken
CREATE SEQUENCE m;
CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('m'), a int);
CREATE SEQUENCE x;
CREATE TABLE w (id int, number int DEFAULT nextval('x'));
CREATE SEQUENCE z;
CREATE TABLE v (id int, number int DEFAULT nextval('z'));
CREATE INDEX of_some ON v (number) WHERE number > 0;
CREATE SEQUENCE s;
CREATE TABLE y (id int, number int DEFAULT nextval('s'));
CREATE INDEX of_all ON y (number DESC, id);
