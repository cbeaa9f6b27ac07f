-- Foreign keys between new tables stand inside them, the referenced table first; a circle is closed at the end, and one to a table that
-- stands is added last.
CREATE TABLE stands (id bigint PRIMARY KEY);
CREATE TABLE a_line (order_id bigint REFERENCES z_order ON DELETE CASCADE, stands_id bigint REFERENCES stands, parent_id bigint, id bigint PRIMARY KEY);
ALTER TABLE a_line ADD FOREIGN KEY (parent_id) REFERENCES a_line DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE z_order (id bigint PRIMARY KEY);
CREATE TABLE hen (id bigint PRIMARY KEY, egg_id bigint);
CREATE TABLE egg (id bigint PRIMARY KEY, hen_id bigint NOT NULL REFERENCES hen);
ALTER TABLE hen ADD FOREIGN KEY (egg_id) REFERENCES egg;
