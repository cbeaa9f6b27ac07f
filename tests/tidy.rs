//! Guards of the rules that no compiler knows.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use schemagen::kinds::KINDS;

/// The stages that must not know any kind.
const GENERIC: &[&str] = &["diff.rs", "closure.rs", "plan.rs", "order.rs", "engine.rs", "introspect.rs", "render"];

const LONGEST_FILE: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` with that extension, sorted.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for path in entries.map(|it| it.expect("a folder").path()) {
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|it| panic!("{}: {it}", path.display()))
}

/// The code of a source file without its unit tests.
fn code(path: &Path) -> String {
    let text = read(path);
    let end = text.find("#[cfg(test)]").unwrap_or(text.len());
    text[..end].to_owned()
}

fn none(found: &[String], message: &str) {
    assert!(found.is_empty(), "{message}:\n  {}", found.join("\n  "));
}

#[test]
fn no_stage_names_a_kind() {
    let mut found = Vec::new();
    for path in files(&root().join("src"), "rs") {
        let name = shown(&path);
        let is_generic = GENERIC.iter().any(|it| name.strip_prefix("src/").is_some_and(|rest| rest.starts_with(it)));
        if !is_generic || name.ends_with("example.rs") {
            continue;
        }
        let code = code(&path);
        found.extend(
            KINDS.iter().map(|it| it.name()).filter(|it| code.contains(&format!("\"{it}\""))).map(|it| format!("{name}: {it}")),
        );
    }
    none(&found, "these stages know a kind; the trait lacks a word");
}

#[test]
fn no_file_is_too_long() {
    let all = [files(&root().join("src"), "rs"), files(&root().join("tests"), "rs")].concat();
    let lengths = all.iter().map(|it| (read(it).lines().count(), it)).filter(|(lines, _)| *lines > LONGEST_FILE);
    let found: Vec<String> = lengths.map(|(lines, it)| format!("{}: {lines} lines", shown(it))).collect();
    none(&found, "these files hold two things");
}

#[test]
fn every_module_says_what_it_is() {
    let found: Vec<String> =
        files(&root().join("src"), "rs").iter().filter(|it| !read(it).starts_with("//!")).map(|it| shown(it)).collect();
    none(&found, "these files do not open with //!");
}

#[test]
fn every_top_module_is_in_the_architecture() {
    let architecture = read(&root().join("ARCHITECTURE.md"));
    let lib = read(&root().join("src/lib.rs"));
    let modules = lib.lines().filter_map(|it| it.strip_prefix("pub mod ").and_then(|it| it.strip_suffix(';')));
    let found: Vec<String> = modules.filter(|it| !architecture.contains(&format!("`{it}`"))).map(str::to_owned).collect();
    none(&found, "ARCHITECTURE.md does not name these modules");
}

#[test]
fn every_kind_has_both_its_files() {
    let name = |it: &str| root().join("src/kinds").join(it);
    let missing =
        KINDS.iter().flat_map(|it| [format!("{}.rs", it.name()), format!("{}.sql", it.name())]).filter(|it| !name(it).exists());
    let without_query: BTreeSet<&str> = KINDS.iter().filter(|it| it.query().trim().is_empty()).map(|it| it.name()).collect();
    let found: Vec<String> = missing.filter(|it| !without_query.contains(it.trim_end_matches(".sql"))).collect();
    none(&found, "these files of kinds are missing");
}

#[test]
fn every_case_says_its_matter() {
    let mut found = Vec::new();
    for after in files(&root().join("tests/cases"), "sql").iter().filter(|it| it.ends_with("after.sql")) {
        if !read(after).starts_with("-- ") || !after.with_file_name("before.sql").exists() {
            found.push(shown(after));
        }
    }
    none(&found, "these cases have no before.sql, or no comment in the first line of after.sql");
}

#[test]
fn every_snapshot_belongs_to_a_test() {
    let mut found = Vec::new();
    for snapshot in files(&root().join("snapshots"), "snap") {
        let case = snapshot
            .parent()
            .and_then(|it| it.strip_prefix(root().join("snapshots")).ok())
            .map(Path::to_owned)
            .unwrap_or_default();
        let known = snapshot.file_stem().is_some_and(|it| it == "migration" || it == "rollback" || it == "log");
        if !known || !root().join("tests/cases").join(case).join("after.sql").exists() {
            found.push(shown(&snapshot));
        }
    }
    for snapshot in files(&root().join("src"), "snap") {
        let text = read(&snapshot);
        let source = text.lines().find_map(|it| it.strip_prefix("source: ")).map(|it| root().join(it));
        let name = snapshot.file_stem().and_then(|it| it.to_str()).and_then(|it| it.rsplit("__").next()).unwrap_or_default();
        let used = source.filter(|it| it.exists()).is_some_and(|it| read(&it).contains(name));
        if !used {
            found.push(shown(&snapshot));
        }
    }
    none(&found, "no test uses these snapshots");
}

/// Whether a case, a test or a fact of that name is there.
fn is_shown(name: &str) -> bool {
    let Some((path, test)) = name.rsplit_once("::") else {
        let fact = || read(&root().join("tests/impact/facts.tsv")).lines().any(|it| it.split('\t').next() == Some(name));
        return root().join("tests/cases").join(name).join("after.sql").exists() || fact();
    };
    let file = root().join("tests").join(path.replace("::", "/")).with_extension("rs");
    file.exists() && read(&file).contains(&format!("#[test]\nfn {test}() {{"))
}

#[test]
fn every_trap_has_a_case() {
    let text = read(&root().join("docs/online-traps.md"));
    let rows: Vec<Vec<&str>> =
        text.lines().filter(|it| it.starts_with("| ")).map(|it| it.split(" | ").collect()).skip(1).collect();
    let numbers: Vec<String> = rows.iter().map(|it| it[0].trim_start_matches("| ").to_owned()).collect();
    assert_eq!(numbers, (1..=31).map(|it| it.to_string()).collect::<Vec<_>>());
    let names = |row: &Vec<&str>| -> Vec<String> {
        let names = row.last().map(|it| it.trim_end_matches(" |").split(", "));
        names.into_iter().flatten().map(|it| it.trim_matches(['`', '"']).to_owned()).collect()
    };
    none(
        &rows.iter().flat_map(names).filter(|it| !is_shown(it)).collect::<Vec<_>>(),
        "docs/online-traps.md names what is not there",
    );
}
