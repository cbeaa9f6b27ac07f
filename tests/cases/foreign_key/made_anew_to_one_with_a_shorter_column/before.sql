CREATE TABLE members (id integer PRIMARY KEY, name varchar(300));
CREATE TABLE invitations (id integer PRIMARY KEY, member_id integer REFERENCES members);
CREATE TABLE replies (invitation_id integer PRIMARY KEY REFERENCES invitations, text text);
