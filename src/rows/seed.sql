-- Inserts what schemagen.work holds, table by table, and leaves in schemagen.work what became of each.
DO $seed$
DECLARE
    work jsonb := current_setting('schemagen.work')::jsonb;
    reasons jsonb := '{}';
    counts jsonb := '{}';
    command text;
    job jsonb;
    part jsonb;
    list jsonb;
    accepted jsonb;
    chunk jsonb;
    one jsonb;
    item jsonb;
    vals jsonb;
    groups jsonb[];
    sizes int[];
    -- By the number of their list: the values that the type takes, and the same as tuples.
    taken jsonb[];
    tuples jsonb[];
    place int;
    reason text;
    refused text;
    longest int;
    size int;
    total bigint;
    number bigint;
    pass int;
BEGIN
    FOR command IN SELECT jsonb_array_elements_text(work -> 'before') LOOP
        EXECUTE command;
    END LOOP;
    FOR job IN SELECT jsonb_array_elements(work -> 'tables') LOOP
        reason := NULL;
        refused := NULL;
        total := 0;
        BEGIN
            -- What the types take.
            vals := '{}';
            FOR part IN SELECT jsonb_array_elements(job -> 'sources') LOOP
                place := (part ->> 'list')::int + 1;
                IF taken[place] IS NOT NULL THEN
                    vals := vals || jsonb_build_object(part ->> 'key', taken[place]);
                    CONTINUE;
                END IF;
                list := coalesce(part -> 'values', work -> 'lists' -> (place - 1));
                IF part ->> 'query' IS NOT NULL THEN
                    EXECUTE part ->> 'query' INTO list;
                END IF;
                BEGIN
                    EXECUTE part ->> 'test' USING list;
                    accepted := list;
                EXCEPTION WHEN OTHERS THEN
                    accepted := '[]';
                    FOR chunk IN
                        SELECT jsonb_agg(v ORDER BY o) FROM jsonb_array_elements(list) WITH ORDINALITY AS e(v, o) GROUP BY o / 12 ORDER BY o / 12
                    LOOP
                        BEGIN
                            EXECUTE part ->> 'test' USING chunk;
                            accepted := accepted || chunk;
                        EXCEPTION WHEN OTHERS THEN
                            FOR item IN SELECT jsonb_array_elements(chunk) LOOP
                                BEGIN
                                    EXECUTE part ->> 'test' USING jsonb_build_array(item);
                                    accepted := accepted || jsonb_build_array(item);
                                EXCEPTION WHEN OTHERS THEN
                                    NULL;
                                END;
                            END LOOP;
                        END;
                    END LOOP;
                END;
                IF part -> 'nulls' <> 'null' THEN
                    SELECT jsonb_agg(DISTINCT tuple) || accepted INTO accepted FROM (
                        SELECT (
                            SELECT jsonb_agg(CASE
                                WHEN (part -> 'nulls' ->> p)::boolean THEN 'null'::jsonb
                                WHEN accepted <> '[]' THEN accepted -> b -> p
                                ELSE vals -> (part -> 'columns' ->> p) -> b
                            END ORDER BY p)
                            FROM generate_series(0, jsonb_array_length(part -> 'nulls') - 1) AS p
                        ) AS tuple
                        FROM generate_series(0, CASE WHEN accepted = '[]' THEN 99 ELSE least(jsonb_array_length(accepted) - 1, 2) END) AS b
                    ) AS nulled;
                END IF;
                vals := vals || jsonb_build_object(part ->> 'key', accepted);
                IF place IS NOT NULL THEN
                    taken[place] := accepted;
                END IF;
            END LOOP;
            -- What the constraints let through.
            groups := '{}';
            sizes := '{}';
            longest := 0;
            FOR part IN SELECT jsonb_array_elements(job -> 'groups') LOOP
                BEGIN
                    IF part ->> 'of' IS NOT NULL THEN
                        place := (part ->> 'of')::int + 1;
                        IF tuples[place] IS NULL THEN
                            SELECT coalesce(jsonb_agg(jsonb_build_array(v) ORDER BY o), '[]') INTO list
                            FROM jsonb_array_elements(taken[place]) WITH ORDINALITY AS e(v, o);
                            tuples[place] := list;
                        END IF;
                        list := tuples[place];
                    ELSIF part ->> 'query' IS NULL THEN
                        SELECT vals -> k INTO list FROM jsonb_object_keys(part -> 'sources') AS s(k);
                    ELSE
                        EXECUTE part ->> 'query' INTO list USING vals;
                    END IF;
                EXCEPTION WHEN OTHERS THEN
                    -- Some raise an error instead of an answer: each by itself.
                    EXECUTE part ->> 'unchecked' INTO accepted USING vals;
                    list := '[]';
                    FOR item IN SELECT jsonb_array_elements(accepted) LOOP
                        SELECT jsonb_object_agg(e.k, jsonb_build_array(CASE
                            WHEN e.k LIKE 'c%' THEN item -> (e.s ->> 0)::int
                            ELSE (SELECT jsonb_agg(item -> p ORDER BY o) FROM jsonb_array_elements(e.s) WITH ORDINALITY AS n(v, o), int4(v) AS p)
                        END)) INTO one FROM jsonb_each(part -> 'sources') AS e(k, s);
                        BEGIN
                            EXECUTE part ->> 'query' INTO chunk USING one;
                            list := list || CASE WHEN chunk = '[]' THEN chunk ELSE jsonb_build_array(item) END;
                        EXCEPTION WHEN OTHERS THEN
                            refused := SQLERRM;
                        END;
                    END LOOP;
                END;
                IF list = '[]' THEN
                    SELECT s.v ->> 'missing' INTO reason
                    FROM jsonb_array_elements(job -> 'sources') AS s(v)
                    WHERE part -> 'sources' ? (s.v ->> 'key') AND vals -> (s.v ->> 'key') = '[]'
                    LIMIT 1;
                    reason := coalesce(reason, refused, part ->> 'refused');
                    EXIT;
                END IF;
                groups := array_append(groups, list);
                sizes := array_append(sizes, jsonb_array_length(list));
                longest := greatest(longest, jsonb_array_length(list));
            END LOOP;
            -- Rows; singly where all together fail.
            size := CASE WHEN (job ->> 'part')::boolean THEN (job ->> 'wanted')::int ELSE greatest((job ->> 'wanted')::int, least(longest, 250)) END;
            FOR pass IN 0..3 LOOP
                EXIT WHEN reason IS NOT NULL OR total >= (job ->> 'wanted')::int OR total < 5 * pass;
                -- Each group turns at its own pace, so that columns with few values meet in all combinations.
                SELECT jsonb_agg((
                    SELECT coalesce(jsonb_agg(groups[n] -> ((i + i / sizes[n] * (n - 1)) % sizes[n])), '[]')
                    FROM generate_series(1, cardinality(sizes)) AS n
                )) INTO list
                FROM generate_series((job ->> 'start')::int + pass * size, (job ->> 'start')::int + (pass + 1) * size - 1) AS i;
                BEGIN
                    EXECUTE job ->> 'insert' USING list;
                    GET DIAGNOSTICS number = ROW_COUNT;
                    total := total + number;
                EXCEPTION WHEN OTHERS THEN
                    FOR item IN SELECT jsonb_array_elements(list) LOOP
                        BEGIN
                            EXECUTE job ->> 'insert' USING jsonb_build_array(item);
                            GET DIAGNOSTICS number = ROW_COUNT;
                            total := total + number;
                        EXCEPTION WHEN OTHERS THEN
                            refused := SQLERRM;
                        END;
                    END LOOP;
                END;
            END LOOP;
        EXCEPTION WHEN OTHERS THEN
            total := 0;
            refused := SQLERRM;
        END;
        IF total = 0 THEN
            reasons := reasons || jsonb_build_object(job ->> 'key', coalesce(reason, refused, 'no row was taken'));
        END IF;
    END LOOP;
    FOR command IN SELECT jsonb_array_elements_text(work -> 'after') LOOP
        BEGIN
            EXECUTE command;
        EXCEPTION WHEN OTHERS THEN
            NULL;
        END;
    END LOOP;
    -- A row that goes may be one that another refers to.
    FOR pass IN 0..20 LOOP
        total := 0;
        FOR command IN SELECT jsonb_array_elements_text(work -> 'repairs') LOOP
            EXECUTE command;
            GET DIAGNOSTICS number = ROW_COUNT;
            total := total + number;
        END LOOP;
        EXIT WHEN total = 0;
    END LOOP;
    FOR command IN SELECT jsonb_array_elements_text(work -> 'end') LOOP
        EXECUTE command;
    END LOOP;
    FOR job IN SELECT jsonb_array_elements(work -> 'counts') LOOP
        EXECUTE job ->> 'query' INTO list;
        counts := counts || jsonb_build_object(job ->> 'key', list);
    END LOOP;
    PERFORM set_config('schemagen.work', jsonb_build_object('reasons', reasons, 'counts', counts)::text, true);
END
$seed$
