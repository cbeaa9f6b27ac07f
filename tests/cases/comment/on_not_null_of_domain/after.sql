-- The NOT NULL of a domain is a constraint with a comment of its own since 17.
CREATE DOMAIN d AS int CONSTRAINT given NOT NULL;
CREATE DOMAIN e AS int NOT NULL;
COMMENT ON DOMAIN e IS 'e';
COMMENT ON CONSTRAINT given ON DOMAIN d IS 'always there';
