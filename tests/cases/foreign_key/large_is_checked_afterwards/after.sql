-- A foreign key of a large table is validated apart; that of a new table at once.
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (p_id int CONSTRAINT f REFERENCES p ON DELETE CASCADE, q_id int REFERENCES q DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE q (id int PRIMARY KEY);
CREATE TABLE n (p_id int REFERENCES p);
