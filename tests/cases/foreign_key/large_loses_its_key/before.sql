CREATE TABLE cases (id integer NOT NULL, CONSTRAINT cases_id_key UNIQUE (id));
CREATE TABLE comments (id integer PRIMARY KEY, case_id integer CONSTRAINT comments_case_id_fkey REFERENCES cases (id));
