-- A foreign table cannot be locked before its child.
CREATE FOREIGN DATA WRAPPER elsewhere;
CREATE SERVER there FOREIGN DATA WRAPPER elsewhere;
CREATE FOREIGN TABLE far (a integer, b integer) SERVER there;
CREATE TABLE near (a integer, c integer);
