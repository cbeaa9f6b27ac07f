-- Another action needs a new foreign key, which is validated before the old one goes.
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (p_id int CONSTRAINT f REFERENCES p ON DELETE CASCADE);
