//! A table becomes a partition of a partitioned one that takes its name: no row is lost, and nobody finds the name without them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::scope;

use crate::support::live::Live;
use crate::support::project::Project;

const BEFORE: &str = "CREATE TABLE device (id int PRIMARY KEY);
CREATE TABLE event (id bigserial, device_id int REFERENCES device, at date NOT NULL, PRIMARY KEY (id, at));
CREATE INDEX event_at ON event (at);
CREATE VIEW recent AS SELECT * FROM event WHERE at > '2026-01-01';
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER tg BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION tf();
COMMENT ON TABLE event IS 'what happened';
";

const PARTITIONS: &str = "-- schemagen: renamed from event
CREATE TABLE event_until_2026 PARTITION OF event FOR VALUES FROM (MINVALUE) TO ('2027-01-01');
CREATE TABLE event_2027 PARTITION OF event FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
";

fn events(live: &Live) -> Project {
    let project = live.project().declaring(BEFORE);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO device VALUES (1); INSERT INTO event (device_id, at) SELECT 1, date '2024-01-01' + i FROM generate_series(1, 900) i");
    project.write("schema/schema.sql", &(BEFORE.replace("(id, at));", "(id, at)) PARTITION BY RANGE (at);") + PARTITIONS));
    project
}

const ROWS: &str = "SELECT count(*) FROM event";

fn there_and_back(live: &Live, project: &Project) {
    assert_eq!(live.value::<i64>(ROWS), 900);
    live.run("INSERT INTO event (device_id, at) VALUES (1, '2026-05-05'), (1, '2027-05-05')");
    assert_eq!(live.value::<i64>("SELECT max(id) FROM event"), 902, "numbers go on");
    assert!(live.value::<bool>("SELECT count(*) = 902 AND bool_or(tableoid::regclass::text = 'event_2027') FROM event"));
    project.run(&["diff", "--exit-code"]).succeeds();
    project.run(&["rollback", "--to", "001", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>(ROWS), 901);
    let kept =
        "SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'schemagen_archive'::regnamespace AND relkind = 'r'";
    let kept: String = live.value(kept);
    assert_eq!(live.value::<i64>(&format!("SELECT count(*) FROM schemagen_archive.\"{kept}\"")), 1, "what another partition got");
    assert_eq!(live.value::<i64>("SELECT nextval('event_id_seq')"), 903);
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>(ROWS), 901);
}

#[test]
fn a_large_table_becomes_partitioned_in_one_short_transaction() {
    let live = Live::new();
    let mut project = events(&live);
    project = project.with("SCHEMAGEN_ASSUME_LARGE", "1");
    project.run(&["diff", "--name", "parts"]).succeeds();
    let shown = project.read("migrations/002_parts.sql");
    assert!(shown.contains("ALTER TABLE public.event ADD CONSTRAINT") && shown.contains("NOT VALID"), "{shown}");
    let turned = project.read("migrations/003_parts_part_2.sql");
    assert!(!turned.contains("no-transaction") && turned.contains("RENAME TO event_until_2026"), "{turned}");
    assert!(turned.contains("ATTACH PARTITION public.event_until_2026") && !turned.contains("VALIDATE"), "{turned}");
    assert!(turned.contains("ALTER INDEX public.event_at RENAME TO event_until_2026_at_idx"), "{turned}");
    let back = project.read("migrations/rollbacks/003_rollback.sql");
    assert!(!back.contains("no-transaction") && !back.contains("CREATE INDEX") && !back.contains("PRIMARY KEY"), "{back}");
    // Readers and writers go on, and find every row at any time.
    let done = AtomicBool::new(false);
    scope(|scope| {
        let client = scope.spawn(|| {
            let mut looks = 0;
            while !done.load(Ordering::Relaxed) {
                assert_eq!(live.value::<i64>(ROWS), 900);
                looks += 1;
            }
            looks
        });
        project.run(&["apply", "--yes"]).succeeds();
        done.store(true, Ordering::Relaxed);
        assert!(client.join().expect("the client finds all rows") > 0);
    });
    there_and_back(&live, &project);
}

#[test]
fn a_small_table_becomes_partitioned_in_one_migration() {
    let live = Live::new();
    let project = events(&live);
    project.run(&["diff", "--name", "parts"]).succeeds();
    assert!(project.read("migrations/002_parts.sql").contains("RENAME TO event_until_2026"));
    assert!(!project.files().contains_key("migrations/003_parts_part_2.sql"));
    project.run(&["apply", "--yes"]).succeeds();
    there_and_back(&live, &project);
}

#[test]
fn numbers_of_an_identity_go_on_behind_the_rows() {
    let live = Live::new();
    let identity = |it: &str| it.replace("id bigserial", "id bigint GENERATED ALWAYS AS IDENTITY");
    if live.value::<i64>("SELECT current_setting('server_version_num')::int / 10000") < 17 {
        return; // partitioned tables have no identities before
    }
    let project = live.project().declaring(&identity(BEFORE));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO event (at) SELECT date '2024-01-01' + i FROM generate_series(1, 900) i");
    let after = BEFORE.replace("(id, at));", "(id, at)) PARTITION BY RANGE (at);") + PARTITIONS;
    project.write("schema/schema.sql", &identity(&after));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO event (at) VALUES ('2026-05-05')");
    assert_eq!(live.value::<i64>("SELECT max(id) FROM event"), 901);
    project.run(&["rollback", "--yes"]).succeeds();
    live.run("INSERT INTO event (at) VALUES ('2026-05-06')");
    assert!(live.value::<bool>("SELECT max(id) > 901 AND count(*) = 902 FROM event"));
}

#[test]
fn without_a_partition_for_its_rows_the_way_is_named() {
    let live = Live::new();
    let project = events(&live);
    let text = project.read("schema/schema.sql");
    project.write("schema/schema.sql", &text.replace("-- schemagen: renamed from event\n", ""));
    project.refuses(&["diff"], 3, &["every row of public.event", "write above it: -- schemagen: renamed from event"]);
}
