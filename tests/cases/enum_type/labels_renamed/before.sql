CREATE TYPE mood AS ENUM ('sad', 'so so', 'happy');
CREATE TABLE people (id int PRIMARY KEY, mood mood DEFAULT 'sad', CHECK (mood <> 'so so'));
