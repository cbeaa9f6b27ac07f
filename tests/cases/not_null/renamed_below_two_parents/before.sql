CREATE TABLE one (id int NOT NULL);
CREATE TABLE two (id int CONSTRAINT one_id_not_null NOT NULL);
CREATE TABLE child (id int NOT NULL);
