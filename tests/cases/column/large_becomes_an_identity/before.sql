CREATE TABLE events (day date, number int, note text, PRIMARY KEY (day, number));
