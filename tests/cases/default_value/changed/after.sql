-- A default is replaced, another is taken away.
CREATE TABLE jobs (state text DEFAULT 'queued', tries int);
