-- An identity takes the place of a default, and changes with its column's type.
CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY, kind text);
CREATE TABLE readings (id bigint GENERATED ALWAYS AS IDENTITY (START WITH 20 INCREMENT BY 2), value numeric);
