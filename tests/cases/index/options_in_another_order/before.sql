CREATE TABLE doc (words text[], n int);
CREATE INDEX doc_words ON doc USING gin (words) WITH (fastupdate = on, gin_pending_list_limit = 4096);
CREATE INDEX doc_n ON doc (n) WITH (fillfactor = 70, deduplicate_items = off);
CREATE VIEW v WITH (security_barrier = true, check_option = local) AS SELECT n FROM doc;
