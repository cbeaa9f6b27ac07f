-- The columns differ by version and the connection string is readable by superusers only, so the row is read by a statement made
-- of the columns that this role may read; query_to_xml is the one function that runs such a statement, the text goes through it
-- as hexadecimal digits. Whether it is enabled is state: PostgreSQL's own dump leaves it out.
SELECT ARRAY[s.subname::text] AS path,
       NULL::text AS parent,
       ARRAY['pg_subscription/' || s.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'secret_connection', r.fields ->> 'subconninfo',
         'publications', (SELECT jsonb_agg(p ORDER BY p COLLATE "C") FROM unnest(s.subpublications) p),
         'slot_name', s.subslotname,
         'synchronous_commit', s.subsynccommit,
         'binary', s.subbinary,
         'streaming', CASE r.fields ->> 'substream' WHEN 'true' THEN 'on' WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel' ELSE 'off' END,
         'two_phase', coalesce(r.fields ->> 'subtwophasestate', 'd') <> 'd',
         'disable_on_error', coalesce((r.fields ->> 'subdisableonerr')::bool, false),
         'password_required', coalesce((r.fields ->> 'subpasswordrequired')::bool, true),
         'run_as_owner', coalesce((r.fields ->> 'subrunasowner')::bool, false),
         'origin', coalesce(r.fields ->> 'suborigin', 'any'),
         'failover', coalesce((r.fields ->> 'subfailover')::bool, false),
         '_enabled', s.subenabled) AS attrs
  FROM pg_catalog.pg_subscription s
 CROSS JOIN LATERAL (
   SELECT convert_from(decode(substring(query_to_xml(format(
            'SELECT encode(convert_to(to_jsonb(s)::text, ''UTF8''), ''hex'') AS row FROM (SELECT %s FROM pg_catalog.pg_subscription WHERE oid = %s) s',
            (SELECT string_agg(quote_ident(a.attname), ', ') FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = 'pg_subscription'::regclass AND a.attnum > 0 AND NOT a.attisdropped
                AND has_column_privilege('pg_subscription'::regclass, a.attnum, 'SELECT')),
            s.oid), false, false, '')::text FROM '<row>([0-9a-f]+)</row>'), 'hex'), 'UTF8')::jsonb AS fields) r
 WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
