CREATE TABLE topic (id int PRIMARY KEY);
CREATE TABLE message (id int PRIMARY KEY, topic_id int REFERENCES topic, state int CONSTRAINT state_ok CHECK (state IN (0, 1)));
