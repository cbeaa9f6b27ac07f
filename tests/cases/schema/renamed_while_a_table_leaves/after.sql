-- a schema gets another name, while its tables go elsewhere, come from elsewhere and get other names
CREATE SCHEMA old;
-- schemagen: renamed from app
CREATE SCHEMA shop;
-- schemagen: renamed from app.orders
CREATE TABLE old.orders (id integer, note text);
-- schemagen: renamed from app.customers
CREATE TABLE shop.buyers (id integer);
CREATE TABLE shop.notes (id integer);
-- schemagen: renamed from old.items
CREATE TABLE shop.items (id integer);
