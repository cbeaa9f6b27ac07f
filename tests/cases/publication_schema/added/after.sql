-- All tables of a schema are published.
CREATE SCHEMA exported;
CREATE PUBLICATION everything FOR TABLES IN SCHEMA exported;
