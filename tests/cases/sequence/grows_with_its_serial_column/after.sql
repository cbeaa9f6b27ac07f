-- A serial column becomes bigserial, and its sequence with it: PostgreSQL would leave that an integer. An identity's follows by itself.
CREATE TABLE hits (id bigserial PRIMARY KEY);
CREATE TABLE marks (id bigint GENERATED ALWAYS AS IDENTITY);
