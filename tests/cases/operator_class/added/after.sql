-- An operator class and an index that uses it.
CREATE OPERATOR CLASS reversed FOR TYPE int USING btree AS
    OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <,
    FUNCTION 1 btint4cmp(int, int);
CREATE TABLE samples (value int);
CREATE INDEX samples_value_idx ON samples (value reversed);
