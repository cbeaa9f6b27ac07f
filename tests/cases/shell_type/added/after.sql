-- A type that is only announced.
CREATE TYPE later;
