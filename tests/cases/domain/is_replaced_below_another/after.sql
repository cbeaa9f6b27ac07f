-- Rows of a domain come to be of another, which stands on a type that takes its name: the old one steps aside.
CREATE TYPE kind AS ENUM ('a', 'b', 'c');
CREATE DOMAIN tag AS kind DEFAULT 'a';
CREATE TABLE base (id int, k tag DEFAULT 'b');
