//! Dumps and folders as products keep them: what PostgreSQL would not load in that order is loaded, the rest is refused with the way
//! out.

use crate::support::live::Live;
use crate::support::project::Project;

#[test]
fn bodies_name_what_stands_below_them() {
    let live = Live::new();
    let project = live.project().declaring(
        "CREATE FUNCTION public.newest() RETURNS public.orders LANGUAGE plpgsql AS $$\n\
         DECLARE\n    found public.orders;\n    price public.orders.price%TYPE;\n\
         BEGIN\n    SELECT * INTO found FROM public.orders ORDER BY id DESC LIMIT 1;\n    RETURN found;\nEND $$;\n\
         CREATE FUNCTION public.all_orders() RETURNS SETOF public.orders LANGUAGE sql AS 'SELECT * FROM public.orders';\n\
         CREATE TABLE public.orders (id bigint PRIMARY KEY, price int);\n",
    );
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO orders VALUES (1, 10), (2, 20)");
    assert_eq!(live.value::<i64>("SELECT (newest()).price"), 20);
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM pg_proc WHERE proname IN ('newest', 'all_orders')"), 0);
}

#[test]
fn a_parameter_that_an_older_server_did_not_quote() {
    let function = "CREATE FUNCTION f(json jsonb, json_array int) RETURNS TABLE(json_value int) LANGUAGE sql AS 'SELECT 1';\n";
    let project = Project::new().declaring(function);
    project.run(&["diff"]).succeeds();
    assert!(project.read("migrations/001_create_function_f.sql").contains("(\"json\" jsonb, \"json_array\" integer)"));
    project.write("migrations/001_create_function_f.sql", function);
    project.run(&["check"]).succeeds();
}

#[test]
fn what_says_how_psql_works_is_passed_over() {
    let commands = "\\set ON_ERROR_STOP on\n\\echo 'tables;'\n\\pset pager off\n\\timing\n";
    let project = Project::new().declaring(&format!("{commands}CREATE TABLE t (id int);\n\\unset ECHO\n"));
    project.run(&["diff"]).succeeds();
    project.declaring("\\gexec\n").refuses(&["diff"], 1, &["psql's \\gexec is not known here"]);
}

#[test]
fn an_extension_that_the_throw_away_server_lacks() {
    for (name, statement) in [
        ("postgis", "CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;"),
        ("pg_partman", "CREATE EXTENSION pg_partman;"),
        ("vector", "CREATE EXTENSION vector;"),
    ] {
        let project = Project::new().declaring(&format!("CREATE TABLE a (id int);\n{statement}\n"));
        let named = format!("the shadow server does not have the extension {name}");
        project.refuses(&["diff"], 1, &[&named, "schema/schema.sql:2:1", "[shadow] bin_dir", "[shadow] url"]);
    }
}

#[test]
fn rows_among_the_declarations_are_left_out_and_named() {
    let project = Project::new().declaring(
        "CREATE TABLE states (id serial PRIMARY KEY, name text NOT NULL);\n\
         INSERT INTO states (name) VALUES ('open; or not');\n\
         COPY public.states (id, name) FROM stdin;\n7\tCREATE TABLE none ();\n8\t\\N\n\\.\n\n\
         SELECT pg_catalog.setval('public.states_id_seq', 8, true);\n\
         UPDATE states SET name = 'done' WHERE id = 8;\n\
         ALTER TABLE states ADD UNIQUE (name);\n",
    );
    let outcome = project.run(&["diff"]).succeeds();
    for it in ["INSERT at schema/schema.sql:2", "COPY", "UPDATE"] {
        assert!(outcome.stderr.contains(it), "no {it:?} in\n{outcome}");
    }
    let migration = project.read("migrations/001_create_table_states.sql");
    assert!(migration.contains("UNIQUE") && !migration.contains("open; or not") && !migration.contains("none"), "{migration}");
}

#[test]
fn partitions_by_the_date_are_left_to_who_makes_them() {
    let table = "CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, kind text) PARTITION BY RANGE (at);\n";
    let by_code = "SELECT partman.create_parent('public.events', 'at', 'native', 'daily');\n";
    let words = ["schema/schema.sql:2:1", "SELECT runs a query", "schemagen new"];
    Project::new().declaring(&format!("{table}{by_code}")).refuses(&["diff"], 1, &words);

    let live = Live::new();
    let make = |day: &str, next: &str| {
        live.run(&format!(
            "CREATE TABLE events_p2026{day} PARTITION OF events FOR VALUES FROM ('2026-{day}-01') TO ('2026-{next}-01')"
        ));
    };
    live.run(table);
    make("01", "02");
    live.run("INSERT INTO events VALUES (1, '2026-01-07')");
    let project = live.project().declaring(table);
    project.write("schemagen.toml", "[ignore]\nobjects = [\"table:public.events_p*\"]\n");
    project.run(&["diff", "--exit-code"]).succeeds();
    let keys = "ALTER TABLE events ADD UNIQUE (id, at);\nCREATE INDEX events_kind_idx ON events (kind);\n";
    let project = project.declaring(&format!("{table}{keys}"));
    project.run(&["diff"]).succeeds();
    make("02", "03");
    project.run(&["apply", "--yes"]).succeeds();
    const INDEXES: &str = "SELECT jsonb_agg(c.relname ORDER BY c.relname) FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid \
        WHERE i.indisvalid AND i.indrelid::regclass::text LIKE 'events%'";
    let names =
        ["id_at_key", "kind_idx"].into_iter().flat_map(|it| ["", "_p202601", "_p202602"].map(|day| format!("events{day}_{it}")));
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert_eq!(live.value::<Vec<String>>(INDEXES), names, "all of them have both, and all are valid");
    make("03", "04");
    project.run(&["diff", "--exit-code"]).succeeds();
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM events"), 1);

    let one = "CREATE TABLE events_p202601 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');\n";
    let project = project.declaring(&format!("{table}{one}CREATE INDEX events_at_idx ON events (at);\n"));
    project.write("schemagen.toml", "[ignore]\nobjects = [\"table:public.events_p202602\", \"table:public.events_p202603\"]\n");
    let words = ["index public.events_at_idx cannot come", "some partitions of public.events are left alone", "[ignore]"];
    std::fs::remove_dir_all(project.at("migrations")).expect("removed");
    project.refuses(&["diff"], 1, &words);
}
