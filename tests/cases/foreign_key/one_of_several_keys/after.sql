-- Which of several keys of the same columns a foreign key stands on is history: it goes before each of them.
CREATE TABLE items (id uuid NOT NULL, number integer NOT NULL, CONSTRAINT items_pkey PRIMARY KEY (number));
