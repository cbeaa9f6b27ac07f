-- Two tables that point at each other.
CREATE TABLE teams (id int PRIMARY KEY, lead_id int);
CREATE TABLE people (id int PRIMARY KEY, team_id int REFERENCES teams (id));
ALTER TABLE teams ADD FOREIGN KEY (lead_id) REFERENCES people (id);
