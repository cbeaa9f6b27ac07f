CREATE TABLE places (city text, zip text);
