-- How many transactions and multixacts ago each database was last frozen (manual 25.1.5); the oldest holds up the server.
SELECT datname::text AS database, pg_catalog.age(datfrozenxid)::float8 AS transactions,
       pg_catalog.mxid_age(datminmxid)::float8 AS multixacts
  FROM pg_catalog.pg_database
 ORDER BY datname
