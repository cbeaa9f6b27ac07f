-- A table with all that usually stands inside it.
CREATE TABLE devices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    serial text NOT NULL UNIQUE,
    price numeric(8, 2) DEFAULT 0 CHECK (price >= 0),
    seen_at timestamptz
);
