-- Every relation with rows or pages, together with all that inherit from it: a partitioned table is as large as its partitions.
WITH RECURSIVE tree AS (
  SELECT c.oid AS root, c.oid AS part
    FROM pg_catalog.pg_class c
   WHERE c.relkind IN ('r', 'p', 'm', 'i', 'I') AND c.oid >= 16384
  UNION
  SELECT t.root, i.inhrelid
    FROM tree t
    JOIN pg_catalog.pg_inherits i ON i.inhparent = t.part
), part AS (
  SELECT c.oid,
         c.reltuples::float8 AS rows,
         coalesce(pg_catalog.pg_relation_size(c.oid), 0) AS bytes,
         CASE WHEN c.reltoastrelid <> 0 THEN coalesce(pg_catalog.pg_total_relation_size(c.reltoastrelid), 0) ELSE 0 END AS toast,
         CASE WHEN c.relhasindex THEN coalesce(pg_catalog.pg_indexes_size(c.oid), 0) ELSE 0 END AS indexes,
         greatest(pg_catalog.pg_stat_get_last_analyze_time(c.oid), pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid)) AS analyzed
    FROM pg_catalog.pg_class c
   WHERE c.relkind IN ('r', 'm', 'i') AND c.oid >= 16384
), size AS (
  -- Nothing is not unknown: what has no page has no row, whether it was ever analysed or not.
  SELECT t.root,
         jsonb_build_object(
           'rows', CASE WHEN NOT coalesce(bool_or(p.rows < 0 AND p.bytes > 0), false)
                   THEN coalesce(sum(greatest(p.rows, 0)), 0)::bigint END,
           'bytes', coalesce(sum(p.bytes), 0)::bigint,
           'toast', coalesce(sum(p.toast), 0)::bigint,
           'indexes', coalesce(sum(p.indexes), 0)::bigint,
           'analyzed', CASE WHEN count(p.analyzed) = count(p.oid) THEN min(p.analyzed) END) AS size
    FROM tree t
    LEFT JOIN part p ON p.oid = t.part
   GROUP BY t.root
)
SELECT coalesce(jsonb_agg(jsonb_build_object('path', jsonb_build_array(n.nspname, c.relname), 'size', s.size)), '[]')
  FROM size s
  JOIN pg_catalog.pg_class c ON c.oid = s.root
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname !~ '^pg_(toast|temp)'
