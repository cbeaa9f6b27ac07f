-- An extension moves to a new schema: columns of its types, their indexes and the views on them stay as they are.
CREATE SCHEMA extensions;
CREATE EXTENSION citext SCHEMA extensions;
CREATE TABLE members (id int PRIMARY KEY, email extensions.citext UNIQUE DEFAULT 'none');
CREATE VIEW mails AS SELECT email FROM members WHERE email OPERATOR(extensions.=) 'a@b'::extensions.citext;
