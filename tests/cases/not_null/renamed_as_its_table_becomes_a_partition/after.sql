-- A NOT NULL of its own that gets another name while its table becomes a partition is renamed once.
CREATE TABLE events (id int, kind int) PARTITION BY LIST (kind);
CREATE TABLE orders PARTITION OF events (id CONSTRAINT id_needed NOT NULL) FOR VALUES IN (1);
