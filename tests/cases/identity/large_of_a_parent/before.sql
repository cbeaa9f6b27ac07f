CREATE TABLE document (title text);
CREATE TABLE letter (recipient text) INHERITS (document);
