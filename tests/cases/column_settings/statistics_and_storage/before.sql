CREATE TABLE blobs (id int, payload text);
