CREATE TABLE contacts (email text, phone text NOT NULL);
