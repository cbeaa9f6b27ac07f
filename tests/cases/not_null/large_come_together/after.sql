-- constraints of one large table come round by round: its rows are read once
CREATE TABLE t (id bigint PRIMARY KEY, a int NOT NULL, b text NOT NULL, c date NOT NULL, d int CHECK (d > 0), CHECK (a < 5));
