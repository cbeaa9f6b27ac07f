-- Extensions whose files on the server are of another version than what is installed in this database (manual 54.2).
SELECT e.extname::text AS name, e.extversion AS installed, a.default_version AS available
  FROM pg_catalog.pg_extension e
  JOIN pg_catalog.pg_available_extensions a ON a.name = e.extname
 WHERE a.default_version <> e.extversion
 ORDER BY name
