-- Deletes the rows whose foreign keys lead to rows that schemagen.emptied no longer has, and those that refer to them in turn.
DO $orphans$
DECLARE
    short regclass[] := ARRAY[current_setting('schemagen.emptied')::regclass];
    key record;
    gone bigint;
BEGIN
    WHILE pg_catalog.cardinality(short) > 0 LOOP
        FOR key IN
            SELECT k.conrelid::regclass AS child,
                CASE c.relkind WHEN 'r' THEN 'ONLY ' ELSE '' END AS of_child,
                CASE p.relkind WHEN 'r' THEN 'ONLY ' ELSE '' END || k.confrelid::regclass AS parent,
                pg_catalog.string_agg(pg_catalog.format('t.%I IS NOT NULL', a.attname), ' AND ') AS given,
                pg_catalog.string_agg(
                    pg_catalog.format('p.%I OPERATOR(%I.%s) t.%I', b.attname, n.nspname, o.oprname, a.attname), ' AND '
                ) AS same
            FROM pg_catalog.pg_constraint k
            JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
            JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
            CROSS JOIN LATERAL ROWS FROM (unnest(k.conkey), unnest(k.confkey), unnest(k.conpfeqop)) AS pair(child, parent, operator)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.child
            JOIN pg_catalog.pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = pair.parent
            JOIN pg_catalog.pg_operator o ON o.oid = pair.operator
            JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
            WHERE k.contype = 'f' AND k.conparentid = 0
              -- A temporal key is satisfied by several rows together.
              AND pg_catalog.to_jsonb(k) ->> 'conperiod' IS DISTINCT FROM 'true'
              AND (
                  k.confrelid = short[1]
                  OR k.confrelid IN (SELECT pg_catalog.pg_partition_ancestors(short[1]))
                  OR k.confrelid IN (SELECT relid FROM pg_catalog.pg_partition_tree(short[1]))
              )
            GROUP BY k.oid, c.relkind, p.relkind, k.conrelid, k.confrelid
            ORDER BY k.oid
        LOOP
            EXECUTE pg_catalog.format(
                'DELETE FROM %s%s AS t WHERE %s AND NOT EXISTS (SELECT FROM %s AS p WHERE %s)',
                key.of_child, key.child, key.given, key.parent, key.same
            );
            GET DIAGNOSTICS gone = ROW_COUNT;
            IF gone > 0 THEN
                short := short || key.child;
            END IF;
        END LOOP;
        short := short[2:];
    END LOOP;
END;
$orphans$
