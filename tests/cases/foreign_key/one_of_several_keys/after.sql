CREATE TABLE items (id uuid NOT NULL, number integer NOT NULL, CONSTRAINT items_pkey PRIMARY KEY (number));
