-- Nor is it exchanged for another of its name over an index that was built before.
CREATE TABLE stays (room int4range NOT NULL, bed int4range NOT NULL, during tstzrange NOT NULL, CONSTRAINT once UNIQUE (room, bed, during WITHOUT OVERLAPS));
