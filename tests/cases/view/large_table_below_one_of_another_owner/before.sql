CREATE ROLE cases_owner;
CREATE TABLE docs (id bigint PRIMARY KEY, title character varying(200) NOT NULL, deleted_at timestamp with time zone);
CREATE INDEX docs_title ON docs (lower(title)) WHERE deleted_at IS NULL;
CREATE VIEW live_docs AS SELECT id, title FROM docs WHERE deleted_at IS NULL;
