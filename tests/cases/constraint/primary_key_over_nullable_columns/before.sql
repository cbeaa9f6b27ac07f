CREATE TABLE seats (hall int, place int, note text);
