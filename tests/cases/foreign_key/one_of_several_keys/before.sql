CREATE TABLE items (id uuid NOT NULL, number integer NOT NULL, CONSTRAINT items_pkey PRIMARY KEY (id));
ALTER TABLE items ADD CONSTRAINT items_id_unique UNIQUE (id);
ALTER TABLE items ADD CONSTRAINT items_id_key UNIQUE (id);

CREATE TABLE parts (item uuid CONSTRAINT parts_item_fkey REFERENCES items (id));
