-- PostgreSQL makes no key of an index where it is a temporal one.
CREATE TABLE stays (room int4range NOT NULL, during tstzrange NOT NULL, PRIMARY KEY (room, during WITHOUT OVERLAPS));
