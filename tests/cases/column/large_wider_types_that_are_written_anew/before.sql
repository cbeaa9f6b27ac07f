CREATE TABLE numbers (a numeric(10,2));
CREATE TABLE lists (a varchar(10)[]);
CREATE TABLE codes (a char(4));
CREATE TABLE names (a varchar(10));
CREATE TABLE times (a timestamp(3));
