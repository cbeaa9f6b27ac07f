//! `schemagen rebase`: two branches took the same number, and one of them gets another one.

use crate::support::live::Live;
use crate::support::project::Project;

const USERS: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name text, note text);\n";

/// A branch that adds a column and drops another one, and `main`, which has taken the same number meanwhile.
fn two_branches() -> Project {
    branches("[online]\nenabled = false\n")
}

fn branches(configuration: &str) -> Project {
    let project = Project::new().declaring(USERS);
    project.write("schemagen.toml", configuration);
    project.run(&["diff"]).succeeds();
    project.git(&["init", "-q"]);
    project.commit("Start");
    project.git(&["checkout", "-q", "-b", "feature"]);
    project.write("schema/schema.sql", &USERS.replace("note text", "email text"));
    project.run(&["diff", "--renames", "off", "--name", "mail for a note"]).succeeds();
    project.commit("Mail");
    project.git(&["checkout", "-q", "main"]);
    project.write("schema/orders.sql", "CREATE TABLE orders (id bigint);\n");
    project.run(&["diff"]).succeeds();
    project.commit("Orders");
    project.git(&["checkout", "-q", "feature"]);
    project
}

/// The renumbered migration stands after main's, and says so everywhere.
fn is_rebased(project: &Project) {
    let files = project.files();
    let migrations: Vec<&String> = files.keys().filter(|it| it.starts_with("migrations/") && it.contains("002")).collect();
    let expected = ["002_create_table_orders.sql", "logs/002_create_table_orders.md", "rollbacks/002_rollback.sql"];
    assert_eq!(migrations, expected.map(|it| format!("migrations/{it}")).iter().collect::<Vec<_>>());
    let (migration, rollback) =
        (project.read("migrations/003_mail_for_a_note.sql"), project.read("migrations/rollbacks/003_rollback.sql"));
    let log = project.read("migrations/logs/003_mail_for_a_note.md");
    assert!(migration.starts_with("-- Migration 003: Mail for a note\n"), "{migration}");
    assert!(migration.contains("schemagen_archive.\"003_public.users.note\""), "{migration}");
    assert!(rollback.starts_with("-- Rollback of migration 003: "), "{rollback}");
    assert!(rollback.contains("schemagen_archive.\"003_public.users.note\""), "{rollback}");
    assert!(log.starts_with("## Migration 003: "), "{log}");
    assert!(
        log.contains("`migrations/rollbacks/003_rollback.sql`") && log.contains("`002_create_table_orders` must be applied"),
        "{log}"
    );
    for text in [&migration, &rollback, &log] {
        assert!(!text.contains("002_public") && !text.contains("igration 002"), "{text}");
    }
    assert!(project.read("migrations/rollbacks/002_rollback.sql").contains("DROP TABLE IF EXISTS public.orders"));
    let states = |text: &str| {
        let line = text.lines().find_map(|it| it.strip_prefix("-- Schema: ")).expect("states").to_owned();
        line.split_once(" -> ").map(|(from, to)| (from.to_owned(), to.to_owned())).expect("two of them")
    };
    let (orders, mail) = (states(&project.read("migrations/002_create_table_orders.sql")), states(&migration));
    assert_eq!(orders.1, mail.0, "it starts where the one before it ends");
    assert_eq!(states(&rollback), (mail.1.clone(), mail.0));
    assert_eq!(project.read("migrations/HEAD"), format!("003 {}\n", mail.1));
    let outcome = project.run(&["check", "--base", "main"]).succeeds();
    assert!(!outcome.stdout.contains("another state"), "{outcome}");
    assert_eq!(project.run(&["diff", "--exit-code", "--dry-run"]).status, Some(0), "schema/ and the migrations agree");
    let files = project.files();
    project.run(&["rebase", "--base", "main"]).succeeds();
    assert_eq!(project.files(), files, "the second time there is nothing to do");
}

#[test]
fn after_a_merge_with_conflicts() {
    let project = two_branches();
    let merge = project.try_git(&["merge", "main"]);
    assert!(merge.stdout.contains("CONFLICT") && merge.stdout.contains("migrations/HEAD"), "{merge}");
    assert!(project.read("migrations/rollbacks/002_rollback.sql").contains("<<<<<<<"), "both have this file");
    project.refuses(&["diff"], 1, &["two migrations have the number 002", "schemagen rebase"]);
    let outcome = project.run(&["rebase", "--base", "main"]).succeeds();
    assert_eq!(outcome.stdout, "002_mail_for_a_note -> 003_mail_for_a_note\n", "{outcome}");
    is_rebased(&project);
}

#[test]
fn before_the_merge_and_while_git_rebases() {
    let project = two_branches();
    // Main is the default where there is no remote.
    let json = project.run(&["rebase", "--format", "json"]).succeeds().json();
    assert_eq!((&json["base"], &json["renumbered"][0]["to"]), (&"main".into(), &"003_mail_for_a_note".into()));
    assert!(!project.at("migrations/rollbacks/002_rollback.sql").exists(), "it would be in the way of main's");
    project.commit("Renumber");
    let merge = project.try_git(&["merge", "main"]);
    assert!(merge.stdout.contains("migrations/HEAD"), "{merge}");
    project.run(&["rebase"]).succeeds();
    project.commit("Merge");
    is_rebased(&project);

    let project = two_branches();
    let rebase = project.try_git(&["rebase", "main"]);
    assert_ne!(rebase.status, Some(0), "{rebase}");
    project.run(&["rebase", "--base", "main"]).succeeds();
    project.git(&["add", "-A"]);
    project.git(&["rebase", "--continue"]);
    is_rebased(&project);
}

#[test]
fn what_waits_for_a_deploy_waits_for_the_same_one_under_its_new_number() {
    let project = branches("");
    project.git(&["checkout", "-q", "main"]);
    project.git(&["checkout", "-q", "-b", "halves", "main~1"]);
    project.write("schema/schema.sql", &USERS.replace("note text", "\n-- schemagen: renamed from note\nremark text"));
    project.run(&["diff", "--strategy", "expand-contract", "--name", "remark"]).succeeds();
    project.commit("Remark");
    assert!(project.read("migrations/004_remark_contract.sql").contains("-- schemagen: contract of 003\n"));
    project.run(&["rebase", "--base", "main"]).succeeds();
    let contract = project.read("migrations/005_remark_contract.sql");
    assert!(contract.contains("-- schemagen: contract of 004\n") && contract.contains("schemagen deployed 004"), "{contract}");
    assert!(project.read("migrations/logs/005_remark_contract.md").contains("schemagen deployed 004"));
}

#[test]
fn what_does_not_follow_the_base_is_refused() {
    let project = two_branches();
    project.git(&["checkout", "-q", "main"]);
    project.write("schema/schema.sql", &USERS.replace("note text", "remark text"));
    project.run(&["diff", "--renames", "off", "--on-drop", "drop"]).succeeds();
    project.commit("Remark");
    project.git(&["checkout", "-q", "feature"]);
    let words = ["004_mail_for_a_note.sql", "column \"note\"", "state: nothing was changed", "schemagen diff"];
    project.refuses(&["rebase", "--base", "main"], 1, &words);
    project.refuses(&["rebase", "--base", "nowhere"], 1, &["git knows no commit nowhere"]);
}

#[test]
fn what_is_applied_keeps_its_number() {
    let live = Live::new();
    let project = two_branches().with("DATABASE_URL", &live.url());
    project.run(&["apply", "--yes"]).succeeds();
    let words = ["002_mail_for_a_note.sql is applied to", "schemagen rollback --to 1; then rebase"];
    project.refuses(&["rebase", "--base", "main"], 3, &words);
    project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    project.run(&["rebase", "--base", "main"]).succeeds();
    project.git(&["checkout", "main", "--", "migrations/002_create_table_orders.sql", "migrations/rollbacks/002_rollback.sql"]);
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["rollback", "--to", "0", "--yes"]).succeeds();
}

#[test]
fn what_a_file_before_has_kept_is_found_under_its_new_number() {
    let project = branches("");
    let outcome = project.run(&["rebase", "--base", "main"]).succeeds();
    assert!(outcome.stdout.ends_with("\n003_mail_for_a_note_part_2 -> 004_mail_for_a_note_part_2\n"), "{outcome}");
    for file in
        ["003_mail_for_a_note.sql", "rollbacks/003_rollback.sql", "rollbacks/004_rollback.sql", "logs/003_mail_for_a_note.md"]
    {
        let text = project.read(&format!("migrations/{file}"));
        assert!(text.contains("schemagen_archive.\"003_public.users.note\"") && !text.contains("\"002_public"), "{file}: {text}");
    }
    project.commit("Renumber");
    project.try_git(&["merge", "main"]);
    project.run(&["rebase"]).succeeds();
    project.run(&["check"]).succeeds();
}

#[test]
fn outside_of_git_there_is_no_base() {
    let project = Project::new().declaring(USERS);
    project.run(&["diff"]).succeeds();
    project.refuses(&["rebase"], 1, &["is in no git repository"]);
    project.refuses(&["check", "--base", "main"], 1, &["is in no git repository", "leave --base out"]);
}
