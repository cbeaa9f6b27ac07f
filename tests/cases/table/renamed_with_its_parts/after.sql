-- A table and a column of it are renamed by hints: the sequence, the keys, the view, the comment and the grant follow.
-- schemagen: renamed from orders
CREATE TABLE purchases (
    id serial PRIMARY KEY,
    remark text NOT NULL DEFAULT '', -- schemagen: renamed from note
    CONSTRAINT purchases_remark_check CHECK (remark <> 'x')
);
CREATE INDEX purchases_remark_idx ON purchases (remark);
CREATE TABLE items (id bigint PRIMARY KEY, order_id integer REFERENCES purchases);
CREATE VIEW recent AS SELECT id, remark AS note FROM purchases;
COMMENT ON COLUMN purchases.remark IS 'what the customer said';
GRANT SELECT ON purchases TO PUBLIC;
