CREATE EXTENSION citext SCHEMA public;
CREATE TABLE members (id int PRIMARY KEY, email public.citext UNIQUE DEFAULT 'none');
CREATE VIEW mails AS SELECT email FROM members WHERE email = 'a@b'::public.citext;
