-- One column requires a value, another no longer does.
CREATE TABLE contacts (email text NOT NULL, phone text);
