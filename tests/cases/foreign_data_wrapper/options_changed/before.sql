CREATE FOREIGN DATA WRAPPER files OPTIONS (folder '/a', mode 'r');
