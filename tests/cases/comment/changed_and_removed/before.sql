CREATE TABLE rooms (id int, size int);
COMMENT ON TABLE rooms IS 'Rooms.';
COMMENT ON COLUMN rooms.size IS 'In square metres.';
