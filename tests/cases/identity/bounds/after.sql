-- Both bounds move in one clause; bounds that the new type cannot hold need a new identity.
CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY (MINVALUE 100 START WITH 100 MAXVALUE 500));
CREATE TABLE readings (id integer GENERATED ALWAYS AS IDENTITY);
