CREATE TABLE jobs (state text DEFAULT 'new', tries int DEFAULT 3);
