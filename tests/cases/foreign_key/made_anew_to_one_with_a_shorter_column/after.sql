-- Seeded rows that the migration stops on are taken away, and what refers to them too: the foreign key that is made anew does not stop on it.
CREATE TABLE members (id bigint PRIMARY KEY, name varchar(255));
CREATE TABLE invitations (id integer PRIMARY KEY, member_id bigint REFERENCES members);
CREATE TABLE replies (invitation_id integer PRIMARY KEY REFERENCES invitations, text text);
