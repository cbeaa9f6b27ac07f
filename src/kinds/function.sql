SELECT ARRAY[n.nspname::text, p.proname::text,
             (SELECT coalesce(string_agg(format_type(a.type, NULL), ', ' ORDER BY a.position), '')
                FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY a(type, position))] AS path,
       'pg_namespace/' || n.oid || '/0' AS parent,
       ARRAY['pg_proc/' || p.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'kind', p.prokind,
         'language', l.lanname,
         'arguments', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                'mode', coalesce(p.proargmodes[a.position::int], 'i'),
                                'name', nullif(p.proargnames[a.position::int], ''),
                                'type', format_type(a.type, NULL),
                                'default', pg_get_function_arg_default(p.oid, a.position::int)) ORDER BY a.position), '[]')
                         FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY a(type, position)),
         'returns', CASE WHEN p.prokind <> 'p' THEN format_type(p.prorettype, NULL) END,
         'returns_set', p.proretset,
         'security_definer', p.prosecdef,
         'leakproof', p.proleakproof,
         'strict', p.proisstrict,
         'volatility', p.provolatile,
         'parallel', p.proparallel,
         'cost', p.procost,
         'rows', p.prorows,
         'support', nullif(p.prosupport::oid, 0)::regproc::text,
         'transforms', (SELECT coalesce(jsonb_agg(format_type(t, NULL) ORDER BY format_type(t, NULL) COLLATE "C"), '[]')
                          FROM unnest(p.protrftypes) t),
         'config', (SELECT coalesce(jsonb_agg(c ORDER BY c COLLATE "C"), '[]') FROM unnest(p.proconfig) c),
         'source', p.prosrc,
         'binary', p.probin,
         'body', pg_get_function_sqlbody(p.oid),
         '_identity', pg_get_function_identity_arguments(p.oid),
         '_definition', pg_get_functiondef(p.oid)) AS attrs
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
 WHERE p.oid >= 16384 AND p.prokind <> 'a'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i'))
