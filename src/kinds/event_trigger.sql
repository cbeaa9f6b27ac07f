SELECT ARRAY[t.evtname::text] AS path,
       NULL::text AS parent,
       ARRAY['pg_event_trigger/' || t.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'event', t.evtevent,
         'tags', (SELECT coalesce(jsonb_agg(tag ORDER BY number), '[]') FROM unnest(t.evttags) WITH ORDINALITY AS tags(tag, number)),
         'function', t.evtfoid::regproc::text,
         'enabled', t.evtenabled) AS attrs
  FROM pg_catalog.pg_event_trigger t
 WHERE t.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_event_trigger'::regclass AND e.objid = t.oid AND e.deptype = 'e')
