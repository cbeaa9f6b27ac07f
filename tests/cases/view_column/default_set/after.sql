-- A default on a view's column.
CREATE TABLE tasks (id int, state text);
CREATE VIEW open_tasks AS SELECT id, state FROM tasks;
ALTER VIEW open_tasks ALTER COLUMN state SET DEFAULT 'open';
