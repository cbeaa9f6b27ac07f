CREATE DOMAIN quantity AS integer CHECK (VALUE >= 0);
CREATE DOMAIN portion AS quantity CHECK (VALUE > 0);
CREATE TABLE item (stock portion NOT NULL DEFAULT 1);
