CREATE TABLE orders (id bigint PRIMARY KEY, amount int, owner text);
CREATE TABLE lines (id bigint PRIMARY KEY, amount int, owner text);
ALTER TABLE lines ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON lines USING (owner = CURRENT_USER);
CREATE POLICY paid ON lines USING (amount > 0);
