-- A NOT NULL that children come to inherit; on the way back theirs go only once it is handed down no more.
CREATE TABLE parent (id int, CONSTRAINT id_given NOT NULL id);
CREATE TABLE child () INHERITS (parent);
