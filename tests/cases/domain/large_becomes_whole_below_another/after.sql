-- By its text, of which a whole number reads no zeros behind a point.
CREATE DOMAIN qty AS integer; CREATE DOMAIN pos_qty AS qty CHECK (VALUE > 0); CREATE TABLE item (id int primary key, stock pos_qty);
