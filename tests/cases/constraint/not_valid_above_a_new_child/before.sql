CREATE TABLE devices (id bigint);
