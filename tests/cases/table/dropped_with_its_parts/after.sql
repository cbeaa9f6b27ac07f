-- A dropped table takes its index, trigger and comment; the rollback brings all back.
CREATE TABLE kept (id int);
