CREATE TYPE complex AS (old int);
