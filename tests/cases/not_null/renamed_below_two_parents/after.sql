-- A NOT NULL takes the name that both parents have before its table comes under the first of them.
CREATE TABLE one (id int NOT NULL);
CREATE TABLE two (id int CONSTRAINT one_id_not_null NOT NULL);
CREATE TABLE child () INHERITS (one, two);
