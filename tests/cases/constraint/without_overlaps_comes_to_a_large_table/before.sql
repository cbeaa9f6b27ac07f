CREATE TABLE stays (room int4range NOT NULL, during tstzrange NOT NULL);
