-- Two tables whose NOT NULL have one name, as CREATE TABLE LIKE makes them: PostgreSQL would give the second another.
CREATE TABLE b (c text NOT NULL);
CREATE TABLE a1 (c text CONSTRAINT a2_c_not_null NOT NULL);
CREATE TABLE a2 (c text CONSTRAINT a2_c_not_null NOT NULL);
COMMENT ON CONSTRAINT a2_c_not_null ON a1 IS 'one';
COMMENT ON CONSTRAINT a2_c_not_null ON a2 IS 'the other';
CREATE TABLE a3 () INHERITS (a2);
