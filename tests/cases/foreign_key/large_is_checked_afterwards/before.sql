CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (p_id int, q_id int);
CREATE TABLE q (id int PRIMARY KEY);
