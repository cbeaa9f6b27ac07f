-- Attributes that come stand in the order that the folder says, not in that of their names.
CREATE TYPE complex AS (old int, r float8, i float8, angle float8);
