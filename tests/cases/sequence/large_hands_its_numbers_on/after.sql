-- the greatest number is found by an index, or else before the lock of the default is taken
CREATE SEQUENCE m;
CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('m'), a int);
CREATE SEQUENCE x;
CREATE TABLE w (id int, number int DEFAULT nextval('x'));
