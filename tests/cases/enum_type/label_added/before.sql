CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE days (day date, mood mood DEFAULT 'sad');
