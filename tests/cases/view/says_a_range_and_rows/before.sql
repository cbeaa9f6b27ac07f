CREATE TABLE readings (value integer, place text, day date);
