CREATE TABLE readings (value integer);
