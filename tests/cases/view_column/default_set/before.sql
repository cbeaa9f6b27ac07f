CREATE TABLE tasks (id int, state text);
CREATE VIEW open_tasks AS SELECT id, state FROM tasks;
