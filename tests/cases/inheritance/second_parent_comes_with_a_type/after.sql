-- A column that two parents have in the end gets its type with the parent that stays.
CREATE TABLE one2 (a integer, b text NOT NULL);
CREATE TABLE two2 (b text, c date);
CREATE TABLE n2 (d integer) INHERITS (one2, two2);
