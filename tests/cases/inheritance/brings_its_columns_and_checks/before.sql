CREATE TABLE located (lat double precision NOT NULL, lon double precision, alt double precision DEFAULT 0, CHECK (lat < 90));
CREATE TABLE asset (id integer);
CREATE TABLE vehicle (wheels integer, id integer) INHERITS (asset);
CREATE TABLE car (doors integer) INHERITS (vehicle);
CREATE TABLE named (name text COLLATE "C", CHECK (name <> ''));
CREATE TABLE house (name text COLLATE "C");
