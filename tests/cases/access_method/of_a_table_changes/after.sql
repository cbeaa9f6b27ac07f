-- A table takes another access method; before 15 it has to be made anew.
CREATE ACCESS METHOD other_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE ledger_pages (id int) USING other_heap;
