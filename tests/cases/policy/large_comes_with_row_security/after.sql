-- Row security comes with the last policy and goes with the first: without one it would hide every row.
CREATE TABLE orders (id bigint PRIMARY KEY, amount int CHECK (amount > 0), owner text, token uuid NOT NULL DEFAULT gen_random_uuid());
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY paid ON orders USING (amount > 0);
CREATE POLICY token ON orders USING (token IS NOT NULL);
CREATE TABLE lines (id bigint PRIMARY KEY, amount int CHECK (amount > 0), owner text);
