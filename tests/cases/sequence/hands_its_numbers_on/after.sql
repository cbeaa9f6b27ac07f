-- a default that comes to take its numbers from a new sequence, which no column owns, gives out none that is taken
CREATE SEQUENCE m;
CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('m'), a int);
CREATE SEQUENCE x;
CREATE TABLE w (id numeric PRIMARY KEY DEFAULT nextval('x'), code text DEFAULT 'w' || nextval('x'));
CREATE SEQUENCE y;
CREATE TABLE p (id int, k int DEFAULT nextval('y')) PARTITION BY LIST (id);
CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1);
