CREATE TABLE one2 (a integer DEFAULT 1, b varchar(9));
CREATE TABLE n2 (a integer DEFAULT 2, d integer) INHERITS (one2);
