-- A default that gives each row another value does not have the table written anew: rows are filled in batches.
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    note text,
    token uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    seen timestamptz NOT NULL DEFAULT now(),
    written timestamptz DEFAULT clock_timestamp()
);
