//! What live rows say of something that may have been renamed: told with the question, as counts only.

use crate::support::live::Live;
use crate::support::project::Project;

/// A project that is applied, with rows, and with another folder.
fn edited(live: &Live, before: &str, rows: &str, after: &str) -> Project {
    let project = live.project().declaring(before);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run(rows);
    project.write("schema/schema.sql", after);
    project
}

const PEOPLE: &str =
    "CREATE TABLE groups (code text PRIMARY KEY);\nCREATE TABLE people (\n    id int PRIMARY KEY,\n    COLUMNS\n);\n";

fn people(columns: &str) -> String {
    PEOPLE.replace("COLUMNS", columns)
}

#[test]
fn of_several_that_may_have_been_renamed_live_rows_say_which_fit() {
    let live = Live::new();
    let rows = "INSERT INTO groups VALUES ('hidden-a'), ('hidden-b');
        INSERT INTO people SELECT i, 'hidden-' || i, CASE WHEN i % 2 = 0 THEN 'hidden-a' END, NULL FROM generate_series(1, 20) i;
        ANALYZE";
    let after = people("team text REFERENCES groups CHECK (team <> 'hidden-7')");
    let project = edited(&live, &people("first text, dept text, spare text"), rows, &after);
    let said = [
        "column public.people.dept may now be public.people.team (both text; fits: 20 live rows satisfy CHECK people_team_check of \
         public.people, FOREIGN KEY people_team_fkey of public.people; 10 hold something)",
        "column public.people.spare may now be public.people.team (both text; holds nothing in 20 live rows)",
        "column public.people.first may now be public.people.team (both text; does not fit: in 20 live rows are 1 case against CHECK \
         people_team_check of public.people, 20 cases against FOREIGN KEY people_team_fkey of public.people)",
    ];
    let outcome = project.refuses(&["diff"], 4, &said);
    let places: Vec<usize> = said.iter().filter_map(|it| outcome.stderr.find(it)).collect();
    assert!(places.is_sorted(), "the best comes first: {outcome}");
    assert!(!outcome.stderr.contains("hidden"), "a value is told: {outcome}");

    // An empty column is still one that may have been renamed; without it one is left that fits.
    let outcome = project.run(&["diff", "--renames", "auto", "--dry-run"]).succeeds();
    assert!(outcome.stderr.contains("dropped and added, not renamed: column public.people.dept"), "{outcome}");
    project.write("schema/schema.sql", &after.replace("team text", "spare text, team text"));
    let outcome = project.run(&["diff", "--renames", "auto"]).succeeds();
    assert!(
        outcome.stderr.contains("Renamed: column public.people.dept is now public.people.team (both text; fits"),
        "{outcome}"
    );
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(team) FROM people"), 10);
}

#[test]
fn a_column_that_must_have_a_value_may_be_one_that_always_has_one() {
    let live = Live::new();
    let rows = "INSERT INTO people SELECT i, 'hidden', CASE WHEN i > 1 THEN 'hidden' END FROM generate_series(1, 3) i";
    let after = people("code text NOT NULL");
    let project = edited(&live, &people("full_code text, part_code text"), rows, &after);
    let words = "column public.people.full_code may now be public.people.code (both text; fits: 3 live rows satisfy NOT NULL of \
                 public.people.code; 3 hold something)";
    let outcome = project.refuses(&["diff"], 4, &[words]);
    assert!(!outcome.stderr.contains("part_code may"), "one row of it has none: {outcome}");
    project.write("schema/schema.sql", &after.replace("    code", "    -- schemagen: renamed from full_code\n    code"));
    let outcome = project.run(&["diff"]).succeeds();
    assert!(outcome.stderr.contains("Checks: 1 of 1 answered"), "asked under the name that the column still has: {outcome}");
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM people WHERE code = 'hidden'"), 3);

    let without = Project::new().declaring(&people("full_code text"));
    without.run(&["diff"]).succeeds();
    without.write("schema/schema.sql", &after);
    without.run(&["diff"]).succeeds();
}

#[test]
fn tables_are_told_apart_by_their_rows_and_large_ones_by_some_of_them() {
    let live = Live::new();
    let table =
        |name: &str, more: &str| format!("CREATE TABLE {name} (id bigint PRIMARY KEY, parent bigint, kind text{more});\n");
    let before = ["a", "b", "c"].map(|it| table(it, "")).concat();
    let rows = "INSERT INTO a SELECT i, i, 'hidden' FROM generate_series(1, 30000) i;
        INSERT INTO b SELECT i, i, 'shown' FROM generate_series(1, 10) i; ANALYZE";
    let project = edited(&live, &before, rows, &table("d", ", CHECK (kind <> 'hidden')"));
    let outcome =
        project.refuses(&["diff"], 4, &["table public.c may now be public.d (the same 3 columns; no live row holds anything)"]);
    let said = |name: &str| {
        let start = format!("table public.{name} may now be public.d (the same 3 columns; ");
        let line = outcome.stderr.lines().find_map(|it| it.split_once(&start).map(|it| it.1));
        line.unwrap_or_else(|| panic!("nothing of {name} in\n{outcome}")).to_owned()
    };
    assert!(said("b").starts_with("fits: 10 live rows satisfy CHECK d_kind_check of public.d; 10 hold something)"), "{outcome}");
    let a = said("a");
    let count = a.strip_prefix("does not fit: in ").and_then(|it| it.split(' ').next()?.parse::<u32>().ok());
    assert!(count.is_some_and(|it| (1_000..25_000).contains(&it)) && a.contains(" sampled live rows are "), "{outcome}");
    let auto = project.run(&["diff", "--renames", "auto", "--dry-run", "--on-drop", "drop"]).succeeds();
    assert!(auto.stderr.contains("dropped and added, not renamed: table public.b"), "{auto}");
}

#[test]
fn live_rows_are_asked_under_the_names_that_they_still_have() {
    let live = Live::new();
    let before = "CREATE TABLE old (id int PRIMARY KEY, low int, high int);\n";
    let after = "CREATE TABLE new (id int PRIMARY KEY, high int CHECK (high > 0), lowest int NOT NULL, UNIQUE (lowest, high));\n";
    let project = edited(&live, before, "INSERT INTO old VALUES (1, 1, 1), (2, NULL, -1), (3, 1, 1)", after);
    let outcome =
        project.run(&["diff", "--rename", "public.old=new", "--rename", "public.old.low=lowest", "--format", "json"]).succeeds();
    let json = outcome.json();
    let answers: Vec<(&str, Option<u64>, &str)> = json["checks"]
        .as_array()
        .expect("checks")
        .iter()
        .map(|it| {
            let rows = &it["answer"]["rows"];
            (it["what"].as_str().unwrap_or_default(), rows["count"].as_u64(), rows["samples"][0].as_str().unwrap_or_default())
        })
        .collect();
    let expected = [
        ("CHECK new_high_check of public.new", Some(1), "id = 2"),
        ("NOT NULL of public.new.lowest", Some(1), "id = 2"),
        ("UNIQUE new_lowest_high_key of public.new", Some(1), "lowest = 1, high = 1 in 2 rows"),
    ];
    assert_eq!(answers, expected, "{outcome}");
}
