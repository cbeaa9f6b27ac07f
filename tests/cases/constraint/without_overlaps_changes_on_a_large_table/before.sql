CREATE TABLE stays (room int4range NOT NULL, bed int4range NOT NULL, during tstzrange NOT NULL, CONSTRAINT once UNIQUE (room, during WITHOUT OVERLAPS));
