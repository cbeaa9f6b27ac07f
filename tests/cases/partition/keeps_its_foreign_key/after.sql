-- A partition that leaves keeps the foreign key that it has had from its table, under the same name.
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (k int NOT NULL, p_id int REFERENCES p) PARTITION BY LIST (k);
CREATE INDEX t_p_id_idx ON t (p_id);
CREATE TABLE t_1 (k int NOT NULL, p_id int CONSTRAINT t_p_id_fkey REFERENCES p);
