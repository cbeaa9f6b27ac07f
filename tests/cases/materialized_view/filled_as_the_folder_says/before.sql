CREATE TABLE sales (day date, amount numeric);
CREATE SCHEMA reports;
