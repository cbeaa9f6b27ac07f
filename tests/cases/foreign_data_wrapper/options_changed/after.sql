-- The options of a foreign data wrapper.
CREATE FOREIGN DATA WRAPPER files OPTIONS (folder '/b', depth '2');
