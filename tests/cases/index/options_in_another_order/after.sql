-- What PostgreSQL prints of options keeps the order in which they were set.
CREATE TABLE doc (words text[], n int);
CREATE INDEX doc_words ON doc USING gin (words) WITH (gin_pending_list_limit = 4096, fastupdate = off);
CREATE INDEX doc_n ON doc (n) WITH (deduplicate_items = off, fillfactor = 70);
CREATE VIEW v WITH (check_option = cascaded, security_barrier = true) AS SELECT n FROM doc;
