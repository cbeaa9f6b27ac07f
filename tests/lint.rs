//! The linter and our own migrations: they never do what is wrong in any case, and it never says that they do.

use std::fs;
use std::path::{Path, PathBuf};

use schemagen::lint::{File, Finding, NEWEST, Options, Policy, Role, lint};

/// Rules about what fails, loses something without a word, or is never a good idea. The others weigh what a change costs.
const NEVER: &[&str] = &[
    "syntax-error",
    "bad-allow",
    "unused-allow",
    "name-too-long",
    "needs-no-transaction",
    "transaction-control",
    "timeout-kills-concurrent-build",
    "concurrent-index-if-not-exists",
    "concurrent-index-on-partitioned",
    "validate-in-same-transaction",
    "not-null-check-dropped-too-early",
    "primary-key-replaced",
    "add-not-null-without-default",
    "virtual-column-limits",
    "serial-sequence-keeps-type",
    "renamed-aside-not-null",
    "recreated-without-grants",
    "function-overloaded",
    "detach-beside-default",
    "enum-value-used-at-once",
    "row-security-without-policy",
];

/// A key that not all partitions have is valid in no table: it goes and comes as one of them leaves it.
const KNOWN: &[(&str, &str)] = &[("large_key_of_a_partition_is_attached/rollback", "primary-key-replaced")];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn found(files: &[File]) -> Vec<Finding> {
    lint(files, &Options { version: NEWEST, policy: &Policy::default() }).expect("files").findings
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|it| it.expect("an entry").path());
    let mut found: Vec<PathBuf> = entries.filter(|it| it.is_dir()).collect();
    found.sort();
    found
}

/// The migrations or rollbacks of a snapshot, which may be several.
fn scripts(case: &Path, name: &str, role: Role) -> Vec<File> {
    let Ok(text) = fs::read_to_string(case.join(format!("{name}.snap"))) else { return Vec::new() };
    let text = text.splitn(3, "---\n").nth(2).unwrap_or_default().to_owned();
    let head = if role == Role::Rollback { "-- Rollback of migration " } else { "-- Migration " };
    let parts = text.split(head).filter(|it| !it.trim().is_empty());
    let name = case.join(name).strip_prefix(root()).expect("inside").display().to_string();
    parts.map(|it| File { name: name.clone(), text: format!("{head}{it}"), role }).collect()
}

#[test]
fn migrations_of_ours_never_do_what_is_wrong_in_any_case() {
    let (mut wrong, mut cases) = (Vec::new(), 0);
    for case in folders(&root().join("snapshots")).iter().flat_map(|it| folders(it)) {
        let before =
            root().join("tests/cases").join(case.strip_prefix(root().join("snapshots")).expect("inside")).join("before.sql");
        let text = fs::read_to_string(&before).expect("a state before");
        let mut files = vec![File { name: before.display().to_string(), text, role: Role::Earlier }];
        files.extend(scripts(&case, "migration", Role::Migration));
        let mut back = scripts(&case, "rollback", Role::Rollback);
        back.reverse();
        cases += usize::from(files.len() > 1);
        files.extend(back);
        let told = found(&files).into_iter().filter(|it| NEVER.contains(&it.rule));
        let known = |it: &Finding| KNOWN.iter().any(|(file, rule)| it.rule == *rule && it.place.file.ends_with(file));
        wrong.extend(
            told.filter(|it| !known(it)).map(|it| format!("{}: {}: {}: {}", it.place.file, it.rule, it.message, it.place.text)),
        );
    }
    assert!(cases > 50, "the snapshots are not where they were");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_example_project_has_the_findings_that_it_should_have() {
    let folder = schemagen::migrations::Migrations::read(&root().join("migrations")).expect("migrations");
    let file =
        |it: &schemagen::migrations::Migration| File { name: it.version.clone(), text: it.text.clone(), role: Role::Migration };
    let files: Vec<File> = folder.list.iter().map(file).collect();
    // The first makes everything anew: whatever is told of it is told of empty tables.
    let found = found(&files);
    assert!(!found.iter().any(|it| it.place.file == "001" || NEVER.contains(&it.rule)), "{found:#?}");
}
