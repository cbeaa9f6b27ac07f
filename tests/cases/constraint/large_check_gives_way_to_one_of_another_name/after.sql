-- A CHECK and a foreign key that come in the place of others of another name stand before those go.
CREATE TABLE topic (id int PRIMARY KEY);
CREATE TABLE message (
    id int PRIMARY KEY,
    topic_id int CONSTRAINT of_topic REFERENCES topic ON DELETE CASCADE,
    state int CHECK (state BETWEEN 0 AND 3)
);
