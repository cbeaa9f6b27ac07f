-- A sequence counts otherwise.
CREATE SEQUENCE tickets START 10 INCREMENT 5 CACHE 20 CYCLE;
