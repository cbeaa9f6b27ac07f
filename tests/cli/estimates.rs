//! What a migration costs and risks on a live database: told before, judged by the policy, shown beside what it took.

use crate::support::live::Live;
use crate::support::project::Project;

const TABLE: &str = "CREATE TABLE orders (id bigint PRIMARY KEY, total integer);\n";

#[test]
fn the_estimate_rests_on_live_sizes_and_is_shown_beside_what_it_took() {
    let live = Live::new();
    let project = live.project().declaring(TABLE);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO orders SELECT i, i FROM generate_series(1, 50000) i; ANALYZE orders");
    project.write("schema/schema.sql", &format!("{TABLE}ALTER TABLE orders ADD CONSTRAINT paid CHECK (total > 0);\n"));

    let report = project.run(&["diff", "--format", "json"]).succeeds().json();
    let part = &report["parts"][0];
    assert_eq!((&part["risk"], &part["risks"]["locks"]["risk"]), (&"safe".into(), &"safe".into()), "{part:#}");
    assert_eq!(part["estimate"]["tables"][0]["relation"], "public.orders", "{part:#}");
    assert_eq!(part["estimate"]["tables"][0]["rows"], 50_000);
    assert!(part["estimate"]["total"]["high"].as_f64().is_some_and(|it| it > 0.0 && it < 1.0), "{part:#}");
    let impact = &part["impacts"]["migration"][0];
    assert_eq!((&impact["basis"], &impact["blocks"]), (&"measured".into(), &"reads and writes".into()), "{impact:#}");
    assert_eq!(impact["locks"][0]["mode"], "ACCESS EXCLUSIVE");
    assert_eq!(impact["scans"][0]["relation"], "public.orders");

    let applied = project.run(&["apply", "--yes", "--format", "json"]).succeeds().json();
    assert_eq!(applied["applied"][0]["estimated"], "under a second", "{applied:#}");
    assert!(applied["applied"][0]["execution_ms"].is_number(), "{applied:#}");
    project.write("schema/schema.sql", TABLE);
    project.run(&["diff"]).succeeds();
    let applied = project.run(&["apply", "--yes"]).succeeds();
    assert!(applied.stdout.contains("; estimated: under a second)"), "{applied}");
}

#[test]
fn without_a_database_it_says_what_it_depends_on() {
    let project = Project::new().declaring(TABLE);
    project.run(&["diff"]).succeeds();
    project.write("schema/schema.sql", &format!("{TABLE}ALTER TABLE orders SET UNLOGGED;\n"));
    let report = project.run(&["diff", "--format", "json"]).succeeds().json();
    let part = &report["parts"][0];
    assert_eq!((&part["risk"], &part["estimate"]["total"]), (&"risky".into(), &serde_json::Value::Null), "{part:#}");
    assert_eq!(part["estimate"]["unknown"][0], "public.orders");
    assert!(part["estimate"]["per_million"]["high"].is_number(), "{part:#}");
}

#[test]
fn the_policy_refuses_what_is_riskier_before_anything_is_written() {
    let project = Project::new().declaring(TABLE);
    project.write("schemagen.toml", "[policy]\nmax_risk = \"safe\"\n");
    project.run(&["diff"]).succeeds();
    project.write("schema/schema.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n");
    let files = project.files();
    let wanted = ["the migration is Complex, and the policy allows at most Safe", "application Complex: ", "--max-risk complex"];
    project.refuses(&["diff"], 3, &wanted);
    project.refuses(&["diff", "--max-risk", "risky"], 3, &["at most Risky"]);
    project.run(&["diff", "--max-risk", "complex"]).succeeds();
    assert_ne!(project.files(), files);
}

#[test]
fn calibrate_measures_the_host_and_leaves_nothing_in_the_database() {
    let live = Live::new();
    let project = live.project().declaring(TABLE);
    let count = "SELECT count(*) FROM pg_class WHERE relname LIKE 'schemagen%'";
    let done = project.run(&["calibrate"]).succeeds();
    assert_eq!(done.stdout.trim(), ".schemagen/calibration.json", "{done}");
    assert_eq!(live.value::<i64>(count), 0);
    let text = project.read(".schemagen/calibration.json");
    let ratios: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(["scan", "build", "rewrite"].iter().all(|it| ratios[it].as_f64().is_some_and(|it| it > 0.0)), "{text}");
    let report = project.run(&["diff", "--format", "json"]).succeeds().json();
    assert_eq!(report["parts"][0]["estimate"]["calibrated"], ratios["measured"], "{report:#}");

    live.role("cli_guest", "LOGIN");
    live.run("DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$");
    let guest = project.with("DATABASE_URL", &live.url_of("cli_guest"));
    guest.refuses(&["calibrate"], 1, &["permission denied", "needs a temporary table"]);
    guest.write(".schemagen/calibration.json", "{}");
    guest.write("schema/schema.sql", "");
    guest.refuses(&["diff"], 1, &["calibration.json", "measure again with schemagen calibrate"]);
}
