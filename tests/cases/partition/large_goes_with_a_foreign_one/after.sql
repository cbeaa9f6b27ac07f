-- A partitioned table goes with a foreign partition, whose rows are another's: they are neither read nor kept.
CREATE FOREIGN DATA WRAPPER elsewhere;
CREATE SERVER archive FOREIGN DATA WRAPPER elsewhere;
CREATE TABLE notes (id integer);
