-- A column or check is known as inherited alone only where it came with a parent: one for the time being brings them.
CREATE TABLE located (lat double precision NOT NULL, lon double precision, alt double precision DEFAULT 0, CHECK (lat < 90));
CREATE TABLE asset (id integer);
CREATE TABLE vehicle (wheels integer, id integer) INHERITS (asset, located);
CREATE TABLE car (doors integer) INHERITS (vehicle);
CREATE TABLE named (name text COLLATE "C", CHECK (name <> ''));
CREATE TABLE house (name text COLLATE "C") INHERITS (named, located);
