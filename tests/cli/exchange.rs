//! What is large is built beside the one that is there, and takes its place in a short transaction.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use crate::support::live::Live;

const BEFORE: &str = "CREATE TABLE orders (id bigint PRIMARY KEY, price int);
CREATE MATERIALIZED VIEW totals AS SELECT id % 10 AS k, sum(price) AS total FROM orders GROUP BY 1;
CREATE UNIQUE INDEX totals_k ON totals (k);
CREATE INDEX totals_old ON totals (total);
COMMENT ON MATERIALIZED VIEW totals IS 'sums';
COMMENT ON COLUMN totals.k IS 'its key';
GRANT SELECT ON totals TO exchange_reader;
CREATE VIEW largest AS SELECT k FROM totals ORDER BY total DESC LIMIT 1;
GRANT SELECT ON largest TO exchange_reader;
CREATE FUNCTION of_key(integer) RETURNS numeric LANGUAGE sql BEGIN ATOMIC SELECT total FROM totals WHERE k = $1; END;
";

#[test]
fn readers_of_a_materialized_view_do_not_wait_while_it_is_made_anew() {
    let live = Live::new();
    live.role("exchange_reader", "");
    let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring(BEFORE);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO orders SELECT i, i FROM generate_series(1, 40) i; REFRESH MATERIALIZED VIEW totals");
    let slow =
        "CREATE MATERIALIZED VIEW totals AS SELECT id % 10 AS k, sum(price) * 2 AS total, count(pg_sleep(0.05)) AS n FROM orders";
    let after = BEFORE.replace("CREATE MATERIALIZED VIEW totals AS SELECT id % 10 AS k, sum(price) AS total FROM orders", slow);
    project.write(
        "schema/schema.sql",
        &after.replace("CREATE INDEX totals_old ON totals (total)", "CREATE INDEX totals_n ON totals (n)"),
    );
    let diff = project.run(&["diff"]).succeeds();
    assert!(diff.stderr.contains("after the next REFRESH"), "{diff}");
    let files = project.files();
    let of = |number: &str| files.iter().find(|it| it.0.starts_with(&format!("migrations/{number}"))).expect("a migration").1;
    let (build, exchange) = (of("002"), of("003"));
    assert!(
        build.contains("CREATE MATERIALIZED VIEW public.totals_new") && build.contains("ANALYZE public.totals_new"),
        "{build}"
    );
    assert!(exchange.contains("RENAME TO totals") && !exchange.contains("CREATE MATERIALIZED"), "{exchange}");
    assert!(!build.contains("totals_old ON") && build.contains("CREATE INDEX totals_n ON public.totals_new"), "{build}");

    project.run(&["lint"]).succeeds();

    let reading = "SET ROLE exchange_reader; SELECT * FROM totals, largest";
    let waited = longest_while(&live, reading, || drop(project.run(&["apply", "--yes"]).succeeds()));
    assert!(waited < Duration::from_millis(900), "a reader waited {waited:?}");
    project.run(&["diff", "--exit-code"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT n FROM totals WHERE k = 1"), 4);
    let told = "SELECT jsonb_build_array(obj_description('totals'::regclass), col_description('totals'::regclass, 1), of_key(1), \
                (SELECT k FROM largest), has_table_privilege('exchange_reader', 'totals', 'SELECT'))";
    assert_eq!(live.value::<serde_json::Value>(told), serde_json::json!(["sums", "its key", 128, 0, true]));
    let waited = longest_while(&live, reading, || drop(project.run(&["rollback", "--to", "1", "--yes"]).succeeds()));
    assert!(waited < Duration::from_millis(900), "a reader waited {waited:?}");
    assert_eq!(live.value::<serde_json::Value>(told), serde_json::json!(["sums", "its key", 64, 0, true]));
    project.run(&["apply", "--yes"]).succeeds();
}

/// The longest that a statement took while something was done.
fn longest_while(live: &Live, statement: &str, done: impl FnOnce()) -> Duration {
    let ended = AtomicBool::new(false);
    scope(|threads| {
        let reader = threads.spawn(|| {
            let mut longest = Duration::ZERO;
            while !ended.load(Ordering::Relaxed) {
                let begun = Instant::now();
                live.run(statement);
                longest = longest.max(begun.elapsed());
                sleep(Duration::from_millis(20));
            }
            longest
        });
        done();
        ended.store(true, Ordering::Relaxed);
        reader.join().expect("the reader ends")
    })
}

#[test]
fn what_is_filled_from_another_is_made_anew_with_it() {
    let live = Live::new();
    let schema = "CREATE TABLE t (a int);\nCREATE MATERIALIZED VIEW one AS SELECT a FROM t;\nCREATE MATERIALIZED VIEW two AS SELECT a FROM one;\n";
    let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring(schema);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO t VALUES (1)");
    project.write("schema/schema.sql", &schema.replace("SELECT a FROM t", "SELECT a + 1 AS a FROM t"));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT a::bigint FROM two"), 2);
    project.run(&["diff", "--exit-code"]).succeeds();
}

#[test]
fn an_index_of_a_partitioned_table_serves_until_its_successor_does() {
    let live = Live::new();
    let schema = "CREATE TABLE o (id bigint, at int, a int, b int) PARTITION BY RANGE (at);
CREATE TABLE o_1 PARTITION OF o FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (at);
CREATE TABLE o_1_1 PARTITION OF o_1 FOR VALUES FROM (0) TO (10);
CREATE TABLE o_2 PARTITION OF o FOR VALUES FROM (10) TO (20);
CREATE UNIQUE INDEX o_u ON o (id, at);
CREATE INDEX b_1_1 ON o_1_1 (b);
CREATE INDEX b_1 ON o_1 (b);
CREATE INDEX b_2 ON o_2 (b);
CREATE INDEX b ON o (b);
COMMENT ON INDEX b_2 IS 'two';
";
    let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring(schema);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO o SELECT i, i % 20, i, i FROM generate_series(1, 100) i");
    project.write("schema/schema.sql", &schema.replace("(b);", "(b DESC, a);").replace("(id, at);", "(id, at, a);"));
    project.run(&["diff", "--name", "indexes"]).succeeds();
    let (build, exchange) = (project.read("migrations/002_indexes.sql"), project.read("migrations/003_indexes_part_2.sql"));
    assert!(build.contains("CREATE INDEX CONCURRENTLY b_1_1_new") && !build.contains("DROP"), "{build}");
    assert!(exchange.contains("DROP INDEX public.b_old") && !exchange.contains("no-transaction"), "{exchange}");
    let back = project.read("migrations/rollbacks/003_rollback.sql");
    assert!(
        back.contains("CREATE INDEX CONCURRENTLY IF NOT EXISTS b_1_1_old") && !back.contains("DROP INDEX public.b;"),
        "{back}"
    );
    let serving =
        "SELECT count(*) FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE relname IN ('o_1_1', 'o_2') AND indisvalid";
    let told = "SELECT obj_description('b_2'::regclass) || (SELECT count(*) FROM pg_partition_tree('b')) || pg_get_indexdef('b_1_1'::regclass)";
    project.run(&["apply", "--to", "2", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>(serving), 8);
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();
    assert_eq!(live.value::<i64>(serving), 4);
    assert_eq!(live.value::<String>(told), "two4CREATE INDEX b_1_1 ON public.o_1_1 USING btree (b DESC, a)");
    project.run(&["rollback", "--to", "2", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>(serving), 8);
    project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    assert_eq!(live.value::<String>(told), "two4CREATE INDEX b_1_1 ON public.o_1_1 USING btree (b)");
    project.run(&["apply", "--yes"]).succeeds();
}

/// A partitioned table on three levels with that key.
fn keyed(key: &str, more: &str) -> String {
    format!(
        "CREATE TABLE o (id bigint, at int, a int, {key}) PARTITION BY RANGE (at);
CREATE TABLE o_1 PARTITION OF o FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (at);
CREATE TABLE o_1_1 PARTITION OF o_1 FOR VALUES FROM (0) TO (10);
CREATE TABLE o_2 PARTITION OF o FOR VALUES FROM (10) TO (20);
{more}"
    )
}

/// The keys of all levels, and how many of their indexes are part of another.
const KEYS: &str = "SELECT jsonb_build_array(jsonb_agg(conrelid::regclass::text || ' ' || pg_get_constraintdef(c.oid) || ' ' || \
    coalesce(obj_description(c.oid), '') ORDER BY conrelid::regclass::text), (SELECT count(*) FROM pg_partition_tree('o_pkey')), bool_and(indisvalid)) \
    FROM pg_constraint c JOIN pg_index ON indexrelid = conindid WHERE contype = 'p' AND conrelid::regclass::text LIKE 'o%'";

#[test]
fn a_primary_key_of_a_partitioned_table_holds_until_its_successor_does() {
    let live = Live::new();
    let more = "COMMENT ON CONSTRAINT o_2_pkey ON o_2 IS 'two';\n";
    let schema = keyed("PRIMARY KEY (id, at)", more);
    let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring(&schema);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO o SELECT i, i % 20, i FROM generate_series(1, 100) i");
    let before = live.value::<serde_json::Value>(KEYS);
    project.write("schema/schema.sql", &keyed("PRIMARY KEY (at, id, a)", more));
    project.run(&["diff", "--name", "key"]).succeeds();
    project.run(&["lint", "--fail-on", "warning"]).succeeds();
    let (build, exchange) = (project.read("migrations/002_key.sql"), project.read("migrations/003_key_part_2.sql"));
    let built = "CREATE UNIQUE INDEX CONCURRENTLY o_1_1_pkey_new ON public.o_1_1 USING btree (at, id, a);";
    assert!(build.contains(built) && !build.contains("o_pkey"), "{build}");
    assert!(!exchange.contains("CREATE") && !exchange.contains("no-transaction"), "{exchange}");
    assert!(exchange.contains("ADD CONSTRAINT o_2_pkey PRIMARY KEY USING INDEX o_2_pkey_new"), "{exchange}");

    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();
    let after = live.value::<serde_json::Value>(KEYS);
    assert!(after.to_string().contains("o_1_1 PRIMARY KEY (at, id, a)") && after[1] == 4 && after[2] == true, "{after}");

    // Its rollback is in many statements, of which one exchanges the keys: stopped behind any of those it is run again.
    let back = project.read("migrations/rollbacks/003_rollback.sql");
    let swap = back.find("    ALTER TABLE public.o DROP CONSTRAINT IF EXISTS o_pkey;").expect("the exchange");
    let end = |from: usize| from + back[from..].find("END;\n$$;").expect("its end") + "END;\n$$;".len();
    let stops =
        [back[..swap].rfind("DO $$").expect("its begin"), end(swap), back.rfind("CREATE UNIQUE INDEX").expect("the last")];
    for stop in stops {
        statements(&back[..stop]).iter().for_each(|it| live.run(it));
        assert_eq!(live.value::<serde_json::Value>(KEYS)[1], 4, "at no time there is none");
        project.run(&["rollback", "--to", "2", "--yes"]).succeeds();
        assert_eq!(live.value::<serde_json::Value>(KEYS), before);
        project.run(&["apply", "--yes"]).succeeds();
        assert_eq!(live.value::<serde_json::Value>(KEYS), after);
    }
    project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    assert_eq!(live.value::<serde_json::Value>(KEYS), before);
    assert_eq!(live.value::<i64>("SELECT count(*) FROM pg_class WHERE relname ~ '_(new|old)$'"), 0);
}

/// The statements of a file that runs one by one.
fn statements(text: &str) -> Vec<String> {
    let script = schemagen::script::Script::parse("a file", text).expect("SQL");
    script.statements.into_iter().map(|it| it.sql).collect()
}

#[test]
fn a_unique_key_whose_name_changes_with_its_columns_goes_when_its_successor_holds() {
    for partitions in ["", " PARTITION BY LIST (a)"] {
        let live = Live::new();
        let state = |key: &str| {
            let below = if partitions.is_empty() { "" } else { "CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);\n" };
            format!("CREATE TABLE t (a int, b int, c int, UNIQUE ({key})){partitions};\n{below}")
        };
        let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring(&state("a, b"));
        project.run(&["diff"]).succeeds();
        project.run(&["apply", "--yes"]).succeeds();
        live.run("INSERT INTO t SELECT 1, i, i FROM generate_series(1, 100) i");
        project.write("schema/schema.sql", &state("a, c"));
        project.run(&["diff", "--name", "key"]).succeeds();
        // No statement of the file, nor of its rollback, leaves the table without a key that holds.
        let holds = "SELECT count(*) > 0 FROM pg_index WHERE indrelid = 't'::regclass AND indisunique AND indisvalid";
        for file in ["migrations/002_key.sql", "migrations/rollbacks/002_rollback.sql"] {
            for statement in statements(&project.read(file)) {
                live.run(&statement);
                assert!(live.value::<bool>(holds), "no key after {statement}");
            }
        }
        for _ in 0..2 {
            project.run(&["apply", "--yes"]).succeeds();
            project.run(&["diff", "--exit-code"]).succeeds();
            project.run(&["rollback", "--yes"]).succeeds();
        }
        assert_eq!(
            live.value::<String>("SELECT string_agg(conname, ' ') FROM pg_constraint WHERE conrelid = 't'::regclass"),
            "t_a_b_key"
        );
    }
}

#[test]
fn a_key_that_another_stands_on_is_changed_directly() {
    let live = Live::new();
    let reference = |columns: &str| {
        format!("CREATE TABLE r (id bigint, at int, CONSTRAINT r_o FOREIGN KEY ({columns}) REFERENCES o ({columns}));\n")
    };
    let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1");
    project.write("schema/schema.sql", &keyed("PRIMARY KEY (id, at)", &reference("id, at")));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO o SELECT i, i % 20, i FROM generate_series(1, 100) i; INSERT INTO r SELECT id, at FROM o");
    let before = live.value::<serde_json::Value>(KEYS);
    project.write("schema/schema.sql", &keyed("PRIMARY KEY (at, id)", &reference("at, id")));
    project.run(&["diff", "--name", "key"]).succeeds();
    let text: String = project.files().into_iter().filter(|it| it.0.starts_with("migrations/00")).map(|it| it.1).collect();
    let gap = text.find("ALTER TABLE public.o DROP CONSTRAINT o_pkey").zip(text.find("CREATE UNIQUE INDEX CONCURRENTLY"));
    assert!(gap.is_some_and(|it| it.0 < it.1) && !text.contains("_new"), "{text}");
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();
    assert!(live.value::<serde_json::Value>(KEYS).to_string().contains("PRIMARY KEY (at, id)"));
    project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    assert_eq!(live.value::<serde_json::Value>(KEYS), before);
}

#[test]
fn an_exchange_that_cannot_be_proven_gives_way_to_the_direct_change() {
    let live = Live::new();
    let schema = "CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE FUNCTION named() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity LIKE '%\\_old') THEN
        RAISE EXCEPTION 'no such names here';
    END IF;
END $$;
CREATE EVENT TRIGGER named ON ddl_command_end EXECUTE FUNCTION named();
";
    let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring(schema);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO t VALUES (1)");
    project.write("schema/schema.sql", &schema.replace("SELECT a FROM t", "SELECT a + 1 AS a FROM t"));
    let diff = project.run(&["diff", "--name", "view", "-v"]).succeeds();
    assert!(diff.stderr.contains("not exchanged") && diff.stderr.contains("no such names here"), "{diff}");
    let text = project.read("migrations/002_view.sql");
    assert!(text.contains("DROP MATERIALIZED VIEW public.m;") && !text.contains("m_new"), "{text}");
    assert!(!project.at("migrations/003_view_part_2.sql").exists());
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT a::bigint FROM m"), 2);
    project.run(&["diff", "--exit-code"]).succeeds();
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT a::bigint FROM m"), 1);
}
