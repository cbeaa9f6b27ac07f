CREATE TABLE samples (value int);
