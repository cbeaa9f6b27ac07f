//! A live database that came to the same schema by another way has no difference from the folder.

use crate::support::live::Live;

/// The folder says the schema on the right; the database ran what is on the left.
const WAYS: &[(&str, &str)] = &[
    // What PostgreSQL prints, fed back, is printed in another way.
    (
        "CREATE TABLE a (v varchar(5) CHECK (((v)::text = ANY (ARRAY[('x'::character varying)::text, ('y'::character varying)::text]))))",
        "CREATE TABLE a (v varchar(5) CHECK (v IN ('x', 'y')))",
    ),
    (
        "CREATE TABLE b (n int); CREATE VIEW bv AS SELECT q.n FROM (SELECT n FROM b UNION ALL SELECT NULL::integer AS int4 FROM b) q",
        "CREATE TABLE b (n int); CREATE VIEW bv AS SELECT q.n FROM (SELECT n FROM b UNION ALL SELECT NULL FROM b) q",
    ),
    // Columns that came and went, in another order.
    (
        "CREATE TABLE c (y int, gone text, x int); ALTER TABLE c DROP COLUMN gone; ALTER TABLE c ADD COLUMN z int",
        "CREATE TABLE c (x int, y int, z int)",
    ),
    // A privilege that was given and taken leaves an explicit list.
    ("CREATE TABLE d (x int); GRANT SELECT ON d TO public; REVOKE SELECT ON d FROM public", "CREATE TABLE d (x int)"),
    // What its owner was granted on a column.
    (
        "CREATE TABLE q (a int); ALTER TABLE q OWNER TO cli_owner; GRANT SELECT (a) ON q TO cli_owner",
        "CREATE TABLE q (a int); GRANT SELECT (a) ON q TO cli_owner",
    ),
    // An option set and reset; in another order.
    (
        "CREATE TABLE e (x int) WITH (fillfactor = 70, autovacuum_enabled = on); ALTER TABLE e SET (parallel_workers = 2); \
         ALTER TABLE e RESET (parallel_workers)",
        "CREATE TABLE e (x int) WITH (autovacuum_enabled = on, fillfactor = 70)",
    ),
    // serial by hand.
    (
        "CREATE SEQUENCE f_id_seq AS int; CREATE TABLE f (id int NOT NULL DEFAULT nextval('f_id_seq')); \
         ALTER SEQUENCE f_id_seq OWNED BY f.id",
        "CREATE TABLE f (id serial)",
    ),
    // A partition that was attached.
    (
        "CREATE TABLE g (at date NOT NULL, n int) PARTITION BY RANGE (at); CREATE TABLE g1 (n int, at date NOT NULL); \
         ALTER TABLE g ATTACH PARTITION g1 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01'); CREATE INDEX g_n ON g (n)",
        "CREATE TABLE g (at date NOT NULL, n int) PARTITION BY RANGE (at); CREATE INDEX g_n ON g (n); \
         CREATE TABLE g1 PARTITION OF g FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
    ),
    // Types in their other names, defaults with their casts.
    (
        "CREATE TABLE h (a character varying(20) DEFAULT 'x'::character varying, b integer DEFAULT '-1'::integer, c text[], \
         d timestamp with time zone DEFAULT CURRENT_TIMESTAMP, e double precision)",
        "CREATE TABLE h (a varchar(20) DEFAULT 'x', b int4 DEFAULT -1, c text[3], d timestamptz DEFAULT current_timestamp, e float(53))",
    ),
    // A list in a function's settings.
    (
        "CREATE FUNCTION i() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION i() SET search_path = pg_catalog, public",
        "CREATE FUNCTION i() RETURNS int LANGUAGE sql SET search_path TO 'pg_catalog', 'public' AS 'SELECT 1'",
    ),
    // Names that were taken when PostgreSQL chose another.
    (
        "CREATE TABLE j (a int PRIMARY KEY); CREATE TABLE k_pkey (a int); CREATE TABLE k_a_key (a int); CREATE SEQUENCE k_n_seq; \
         CREATE SEQUENCE k_m_seq; CREATE TABLE k_b_idx (a int); \
         CREATE TABLE k (n serial PRIMARY KEY, m int GENERATED ALWAYS AS IDENTITY, a int UNIQUE, b int, c int REFERENCES j CHECK (c < 0)); \
         ALTER TABLE k ADD CHECK (c > 0), ADD FOREIGN KEY (c) REFERENCES j ON DELETE CASCADE; CREATE INDEX ON k (b); \
         CREATE STATISTICS k_a_b_stat ON a, c FROM k; CREATE STATISTICS ON a, b FROM k; DROP STATISTICS k_a_b_stat; \
         CREATE DOMAIN l AS int CONSTRAINT l_check CHECK (VALUE < 0) CHECK (VALUE > 0); ALTER DOMAIN l DROP CONSTRAINT l_check; \
         ALTER TABLE k DROP CONSTRAINT k_c_check, DROP CONSTRAINT k_c_fkey; DROP TABLE k_pkey, k_a_key, k_b_idx; \
         DROP SEQUENCE k_n_seq, k_m_seq",
        "CREATE TABLE j (a int PRIMARY KEY); CREATE TABLE k (n serial PRIMARY KEY, m int GENERATED ALWAYS AS IDENTITY, a int UNIQUE, \
         b int, c int REFERENCES j ON DELETE CASCADE CHECK (c > 0)); CREATE INDEX ON k (b); CREATE STATISTICS ON a, b FROM k; \
         CREATE DOMAIN l AS int CHECK (VALUE > 0)",
    ),
    // A table and a column that had other names.
    (
        "CREATE TABLE o (a int GENERATED ALWAYS AS IDENTITY, b int NOT NULL); ALTER TABLE o RENAME a TO n; ALTER TABLE o RENAME b TO m; \
         ALTER TABLE o RENAME TO p",
        "CREATE TABLE p (n int GENERATED ALWAYS AS IDENTITY, m int NOT NULL)",
    ),
    // Options in other words.
    (
        "CREATE TABLE m (x int) WITH (autovacuum_enabled = on, toast.vacuum_truncate = 0, autovacuum_vacuum_scale_factor = .50); \
         CREATE VIEW mv WITH (security_barrier = on) AS SELECT 1 AS x; CREATE INDEX mi ON m (x) WITH (deduplicate_items = no)",
        "CREATE TABLE m (x int) WITH (autovacuum_enabled = true, toast.vacuum_truncate = false, autovacuum_vacuum_scale_factor = 0.5); \
         CREATE VIEW mv WITH (security_barrier) AS SELECT 1 AS x; CREATE INDEX mi ON m (x) WITH (deduplicate_items = off)",
    ),
];

#[test]
fn dates_and_times_are_read_as_the_database_reads_them() {
    let live = Live::new();
    live.run(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''Europe/Berlin''', current_database()); \
         EXECUTE format('ALTER DATABASE %I SET datestyle = ''ISO, DMY''', current_database()); END $$; \
         SET timezone = 'Europe/Berlin'; SET datestyle = 'ISO, DMY'; \
         CREATE TABLE t (at timestamptz DEFAULT '2020-01-01 00:00', day date DEFAULT '01/02/2020')",
    );
    let schema = "CREATE TABLE t (at timestamptz DEFAULT '2020-01-01 00:00', day date DEFAULT '01/02/2020');\n";
    live.project().declaring(schema).run(&["diff", "--exit-code", "--dry-run"]).succeeds();
}

#[test]
fn a_name_that_the_folder_says_is_the_name() {
    let live = Live::new();
    live.run("CREATE TABLE t (a int CHECK (a < 0) CHECK (a > 0)); ALTER TABLE t DROP CONSTRAINT t_a_check");
    let project = live.project().declaring("CREATE TABLE t (a int CONSTRAINT t_a_check CHECK (a > 0));\n");
    let outcome = project.run(&["diff", "--dry-run"]).succeeds();
    assert!(outcome.stdout.contains("RENAME CONSTRAINT t_a_check1 TO t_a_check"), "{outcome}");
}

#[test]
fn the_way_there_makes_no_difference() {
    let live = Live::new();
    let (ran, declared): (Vec<&str>, Vec<&str>) = WAYS.iter().copied().unzip();
    live.run(&ran.join(";\n"));
    let project = live.project().declaring(&format!("{};\n", declared.join(";\n")));
    let outcome = project.run(&["diff", "--exit-code", "--dry-run"]).succeeds();
    assert!(outcome.stderr.contains("No changes"), "{outcome}");
}

#[test]
fn what_is_printed_in_two_ways_is_no_change_after_one() {
    let live = Live::new();
    let view = "CREATE VIEW bv AS SELECT q.n FROM (SELECT n FROM b UNION ALL SELECT NULL FROM b) q;\n";
    let project = live.project().declaring(&format!("CREATE TABLE b (n int);\n{view}"));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();
    project.write("schema/schema.sql", &format!("CREATE TABLE b (n int, m int);\n{view}"));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();
    let status = project.run(&["status", "--exit-code"]).succeeds();
    assert!(status.stdout.contains("no drift"), "{status}");
}
