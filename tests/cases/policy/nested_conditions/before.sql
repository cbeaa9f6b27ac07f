CREATE TABLE readings (value integer, place text);
