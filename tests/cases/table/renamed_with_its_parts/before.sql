CREATE TABLE orders (id serial PRIMARY KEY, note text NOT NULL DEFAULT '', CONSTRAINT orders_note_check CHECK (note <> 'x'));
CREATE INDEX orders_note_idx ON orders (note);
CREATE TABLE items (id bigint PRIMARY KEY, order_id integer REFERENCES orders);
CREATE VIEW recent AS SELECT id, note FROM orders;
COMMENT ON COLUMN orders.note IS 'what the customer said';
GRANT SELECT ON orders TO PUBLIC;
