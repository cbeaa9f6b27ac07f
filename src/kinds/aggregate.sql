SELECT ARRAY[n.nspname::text, p.proname::text,
             (SELECT coalesce(string_agg(format_type(t.type, NULL), ', ' ORDER BY t.position), '')
                FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY t(type, position))] AS path,
       'pg_namespace/' || n.oid || '/0' AS parent,
       ARRAY['pg_proc/' || p.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'kind', a.aggkind,
         'arguments', pg_get_function_arguments(p.oid),
         'names', (SELECT coalesce(jsonb_agg(nullif(p.proargnames[i], '') ORDER BY i), '[]')
                     FROM generate_subscripts(p.proargnames, 1) i),
         'direct', a.aggnumdirectargs,
         'returns', format_type(p.prorettype, NULL),
         'transition', a.aggtransfn::text,
         'state_type', format_type(a.aggtranstype, NULL),
         'state_size', a.aggtransspace,
         'final', nullif(a.aggfinalfn::oid, 0)::regproc::text,
         'final_extra', a.aggfinalextra,
         'final_modify', a.aggfinalmodify,
         'combine', nullif(a.aggcombinefn::oid, 0)::regproc::text,
         'serialize', nullif(a.aggserialfn::oid, 0)::regproc::text,
         'deserialize', nullif(a.aggdeserialfn::oid, 0)::regproc::text,
         'initial', a.agginitval,
         'moving_transition', nullif(a.aggmtransfn::oid, 0)::regproc::text,
         'moving_inverse', nullif(a.aggminvtransfn::oid, 0)::regproc::text,
         'moving_state_type', CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END,
         'moving_state_size', a.aggmtransspace,
         'moving_final', nullif(a.aggmfinalfn::oid, 0)::regproc::text,
         'moving_final_extra', a.aggmfinalextra,
         'moving_final_modify', a.aggmfinalmodify,
         'moving_initial', a.aggminitval,
         'sort_operator', (SELECT format('OPERATOR(%I.%s)', s.nspname, o.oprname) FROM pg_catalog.pg_operator o
                             JOIN pg_catalog.pg_namespace s ON s.oid = o.oprnamespace WHERE o.oid = a.aggsortop),
         'parallel', p.proparallel) AS attrs
  FROM pg_catalog.pg_aggregate a
  JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE p.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
