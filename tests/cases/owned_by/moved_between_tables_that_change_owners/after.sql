-- A sequence moves to the column of another table, while both tables get other owners.
CREATE TABLE t (a integer);
ALTER TABLE t OWNER TO other;
CREATE TABLE u (a integer);
ALTER TABLE u OWNER TO third;
CREATE SEQUENCE s;
ALTER SEQUENCE s OWNER TO third;
ALTER SEQUENCE s OWNED BY u.a;
