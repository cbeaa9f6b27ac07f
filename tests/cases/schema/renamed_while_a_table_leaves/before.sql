CREATE SCHEMA app;
CREATE SCHEMA old;
CREATE TABLE app.orders (id integer, note text);
CREATE TABLE app.customers (id integer);
CREATE TABLE app.notes (id integer);
CREATE TABLE old.items (id integer);
