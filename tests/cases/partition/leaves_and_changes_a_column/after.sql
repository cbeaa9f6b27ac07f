-- A column of a partition changes once that has left, whatever becomes of the partitioned table's.
CREATE TABLE orders (at date NOT NULL, state varchar(10) NOT NULL DEFAULT 'new') PARTITION BY RANGE (at);
CREATE TABLE orders_2025 (at date NOT NULL, state text);
