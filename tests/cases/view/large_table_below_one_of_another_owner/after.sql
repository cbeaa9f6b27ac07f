-- A view that went in a transaction before is not locked before its table in the one in which it comes again and gets an owner.
CREATE ROLE cases_owner;
CREATE TABLE docs (id bigint PRIMARY KEY, title text NOT NULL, deleted_at timestamp with time zone);
CREATE INDEX docs_title ON docs (title) WHERE deleted_at IS NULL;
CREATE VIEW live_docs AS SELECT id, title FROM docs WHERE deleted_at IS NULL;
ALTER VIEW live_docs OWNER TO cases_owner;
