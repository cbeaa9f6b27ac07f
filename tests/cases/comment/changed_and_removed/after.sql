-- One comment says something else, one goes.
CREATE TABLE rooms (id int, size int);
COMMENT ON TABLE rooms IS 'Rooms one can book: it''s all of them \ here.';
