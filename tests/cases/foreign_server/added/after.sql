-- A foreign data wrapper, a server and a table on it.
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER far FOREIGN DATA WRAPPER nowhere OPTIONS (host 'far.example');
CREATE FOREIGN TABLE remote (id int OPTIONS (name 'ID'), note text) SERVER far OPTIONS (table 'r');
