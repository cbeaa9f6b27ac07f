-- A table access method and a table that uses it.
CREATE ACCESS METHOD other_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE ledger_pages (id int) USING other_heap;
