-- What seeding must know of the tables in $1 ([{schema, name}]), of those they reference, and of their partitions and children:
-- one JSON document.
WITH RECURSIVE given AS (
    SELECT c.oid
    FROM pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) AS g(schema text, name text)
    JOIN pg_catalog.pg_namespace n ON n.nspname = g.schema
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = g.name
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
),
-- What the given tables reference holds rows for their keys to point at; what it references itself is not needed for that.
closure (oid, given) AS (
    SELECT oid, true FROM given
    UNION
    SELECT next.oid, next.given
    FROM closure
    CROSS JOIN LATERAL (
        SELECT confrelid, false FROM pg_catalog.pg_constraint WHERE closure.given AND contype = 'f' AND conrelid = closure.oid
        UNION ALL
        SELECT inhrelid, closure.given FROM pg_catalog.pg_inherits WHERE inhparent = closure.oid
    ) AS next(oid, given)
),
reached (oid, given) AS (
    SELECT oid, bool_or(given) FROM closure GROUP BY oid
),
used (oid) AS (
    SELECT a.atttypid
    FROM reached
    JOIN pg_catalog.pg_attribute a ON a.attrelid = reached.oid AND a.attnum > 0 AND NOT a.attisdropped
    UNION
    SELECT next.oid
    FROM used
    JOIN pg_catalog.pg_type t ON t.oid = used.oid
    CROSS JOIN LATERAL (
        SELECT t.typbasetype WHERE t.typtype = 'd'
        UNION ALL
        SELECT e.oid FROM pg_catalog.pg_type e WHERE e.typarray = t.oid
        UNION ALL
        SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid
        UNION ALL
        SELECT r.rngtypid FROM pg_catalog.pg_range r WHERE r.rngmultitypid = t.oid
        UNION ALL
        SELECT a.atttypid
        FROM pg_catalog.pg_attribute a
        WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    ) AS next(oid)
),
columns AS (
    SELECT a.attrelid, jsonb_agg(jsonb_build_object(
        'name', a.attname,
        'type', a.atttypid::pg_catalog.int8,
        'modifier', a.atttypmod,
        'type_name', pg_catalog.format_type(a.atttypid, a.atttypmod),
        'not_null', a.attnotnull,
        'unique', EXISTS (
            SELECT FROM pg_catalog.pg_index i
            WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
        ),
        'generated', CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END
    ) ORDER BY a.attnum) AS list
    FROM pg_catalog.pg_attribute a
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid IN (SELECT oid FROM reached) AND a.attnum > 0 AND NOT a.attisdropped
    GROUP BY a.attrelid
),
checks AS (
    SELECT o.conrelid, jsonb_agg(jsonb_build_object(
        'name', o.conname,
        'expression', pg_catalog.pg_get_expr(o.conbin, o.conrelid),
        'columns', ARRAY(SELECT a.attname FROM pg_catalog.pg_attribute a WHERE a.attrelid = o.conrelid AND a.attnum = ANY (o.conkey))
    ) ORDER BY o.conname) AS list
    FROM pg_catalog.pg_constraint o
    WHERE o.contype = 'c' AND o.conrelid IN (SELECT oid FROM reached)
    GROUP BY o.conrelid
),
-- A foreign key to a partitioned table is recorded once more for each partition.
foreign_keys AS (
    SELECT o.conrelid, jsonb_agg(jsonb_build_object(
        'name', o.conname,
        'table', o.confrelid::pg_catalog.int8,
        'full', o.confmatchtype = 'f',
        'columns', ARRAY(
            SELECT a.attname
            FROM pg_catalog.unnest(o.conkey) WITH ORDINALITY AS k(number, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.number
            ORDER BY k.place
        ),
        'referenced', ARRAY(
            SELECT a.attname
            FROM pg_catalog.unnest(o.confkey) WITH ORDINALITY AS k(number, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = o.confrelid AND a.attnum = k.number
            ORDER BY k.place
        ),
        'operators', ARRAY(
            SELECT 'OPERATOR(' || pg_catalog.quote_ident(n.nspname) || '.' || p.oprname || ')'
            FROM pg_catalog.unnest(o.conpfeqop) WITH ORDINALITY AS k(operator, place)
            JOIN pg_catalog.pg_operator p ON p.oid = k.operator
            JOIN pg_catalog.pg_namespace n ON n.oid = p.oprnamespace
            ORDER BY k.place
        )
    ) ORDER BY o.conname, o.oid) AS list
    FROM pg_catalog.pg_constraint o
    LEFT JOIN pg_catalog.pg_constraint p ON p.oid = o.conparentid
    WHERE o.contype = 'f' AND o.conrelid IN (SELECT oid FROM reached) AND p.conrelid IS DISTINCT FROM o.conrelid
      AND EXISTS (SELECT FROM reached WHERE given AND oid IN (o.conrelid, o.confrelid))
    GROUP BY o.conrelid
),
-- What only a trigger would enforce, after the statement: by the operators that must not all hold for two rows.
postponed AS (
    SELECT o.conrelid, jsonb_agg(ARRAY(
        SELECT jsonb_build_array(a.attname, coalesce(p.oprnamespace::pg_catalog.regnamespace::text, 'pg_catalog'), coalesce(p.oprname, '='))
        FROM pg_catalog.unnest(o.conkey) WITH ORDINALITY AS k(number, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.number
        LEFT JOIN pg_catalog.pg_operator p ON p.oid = o.conexclop[k.place]
        ORDER BY k.place
    ) ORDER BY o.conname) AS list
    FROM pg_catalog.pg_constraint o
    WHERE o.contype IN ('p', 'u', 'x') AND o.condeferrable AND o.conrelid IN (SELECT oid FROM reached)
    GROUP BY o.conrelid
),
-- Triggers and rules that fire under session_replication_role = replica too.
always AS (
    SELECT w.relation, jsonb_agg(jsonb_build_array(w.what, w.name, w.mode) ORDER BY w.what, w.name) AS list
    FROM (
        SELECT tgrelid, 'TRIGGER', tgname, tgenabled FROM pg_catalog.pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('A', 'R')
        UNION ALL
        SELECT ev_class, 'RULE', rulename, ev_enabled FROM pg_catalog.pg_rewrite WHERE ev_type <> '1' AND ev_enabled IN ('A', 'R')
    ) AS w(relation, what, name, mode)
    WHERE w.relation IN (SELECT oid FROM reached)
    GROUP BY w.relation
)
SELECT jsonb_build_object(
    'plpgsql', EXISTS (SELECT FROM pg_catalog.pg_language WHERE lanname = 'plpgsql'),
    'unicode', pg_catalog.getdatabaseencoding() = 'UTF8',
    'tables', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'oid', c.oid::pg_catalog.int8,
            'schema', n.nspname,
            'name', c.relname,
            'kind', c.relkind,
            'given', c.oid IN (SELECT oid FROM given),
            'parents', ARRAY(SELECT inhparent::pg_catalog.int8 FROM pg_catalog.pg_inherits WHERE inhrelid = c.oid ORDER BY inhseqno),
            'partition', c.relispartition,
            'bounds', CASE WHEN c.relispartition THEN pg_catalog.pg_get_partition_constraintdef(c.oid) END,
            'ruled', EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.ev_type IN ('2', '3')),
            'columns', coalesce(columns.list, '[]'),
            'checks', coalesce(checks.list, '[]'),
            'foreign_keys', coalesce(foreign_keys.list, '[]'),
            'deferrable', coalesce(postponed.list, '[]'),
            'always', coalesce(always.list, '[]')
        ) ORDER BY n.nspname, c.relname), '[]')
        FROM reached
        JOIN pg_catalog.pg_class c ON c.oid = reached.oid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN columns ON columns.attrelid = c.oid
        LEFT JOIN checks ON checks.conrelid = c.oid
        LEFT JOIN foreign_keys ON foreign_keys.conrelid = c.oid
        LEFT JOIN postponed ON postponed.conrelid = c.oid
        LEFT JOIN always ON always.relation = c.oid
    ),
    'types', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'oid', t.oid::pg_catalog.int8,
            'name', t.typname,
            'builtin', t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace,
            'kind', t.typtype,
            'base', CASE WHEN t.typtype = 'd' THEN t.typbasetype::pg_catalog.int8 END,
            'modifier', t.typtypmod,
            'element', (SELECT e.oid::pg_catalog.int8 FROM pg_catalog.pg_type e WHERE e.typarray = t.oid),
            'range', (SELECT r.rngsubtype::pg_catalog.int8 FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid),
            'multirange', (SELECT r.rngtypid::pg_catalog.int8 FROM pg_catalog.pg_range r WHERE r.rngmultitypid = t.oid),
            'labels', ARRAY(SELECT l.enumlabel FROM pg_catalog.pg_enum l WHERE l.enumtypid = t.oid ORDER BY l.enumsortorder),
            'attributes', ARRAY(
                SELECT jsonb_build_array(a.atttypid::pg_catalog.int8, a.atttypmod)
                FROM pg_catalog.pg_attribute a
                WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
                ORDER BY a.attnum
            ),
            'checks', ARRAY(
                SELECT pg_catalog.pg_get_expr(o.conbin, 0)
                FROM pg_catalog.pg_constraint o
                WHERE o.contypid = t.oid AND o.contype = 'c'
                ORDER BY o.conname
            )
        )), '[]')
        FROM pg_catalog.pg_type t
        WHERE t.oid IN (SELECT oid FROM used)
    )
)
