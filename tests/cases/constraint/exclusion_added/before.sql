CREATE TABLE bookings (during tstzrange);
