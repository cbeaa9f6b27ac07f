//! What pg_dump says of two databases: the judge that knows nothing of our own catalog.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use sqlx::postgres::PgConnectOptions;

/// A pg_dump that can read a server of that version, where there is one.
pub(super) fn pg_dump(major: u32) -> Option<PathBuf> {
    static FOUND: LazyLock<Vec<(u32, PathBuf)>> = LazyLock::new(found);
    FOUND.iter().find(|it| it.0 >= major).map(|it| it.1.clone())
}

/// Every pg_dump at hand with its version, oldest first.
fn found() -> Vec<(u32, PathBuf)> {
    let mut places: Vec<PathBuf> = Vec::new();
    places.extend(std::env::var_os("SCHEMAGEN_PG_BIN_DIR").map(PathBuf::from));
    places.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    places.extend(installed.map(|it| it.path().join("bin")));
    let mut found: Vec<(u32, PathBuf)> =
        places.iter().filter_map(|it| Some((version(&it.join("pg_dump"))?, it.join("pg_dump")))).collect();
    found.sort();
    found
}

fn version(program: &Path) -> Option<u32> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split_whitespace().find_map(|it| it.split('.').next()?.parse().ok())
}

/// What pg_dump prints.
pub(super) fn dump(program: &Path, options: &PgConnectOptions) -> String {
    let mut command = Command::new(program);
    command.args([
        "--schema-only",
        "--exclude-schema=schemagen_archive",
        "--port",
        &options.get_port().to_string(),
        "--username",
        options.get_username(),
    ]);
    command.arg("--host").arg(options.get_socket().expect("the server is on a socket"));
    command.arg(options.get_database().unwrap_or("postgres"));
    let output = command.output().expect("pg_dump starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A dump as statements that a server of any version runs.
pub(super) fn loadable(dump: &str) -> String {
    let is_newer = |it: &str| it.starts_with('\\') || it.starts_with("SET transaction_timeout") || it.trim() == "LOGGED";
    let lines = dump.lines().filter(|it| !is_newer(it));
    // A language whose handler is PostgreSQL's own is dumped without it.
    let line =
        |it: &str| match it.strip_suffix(';').filter(|it| it.starts_with("CREATE ") && it.contains(" PROCEDURAL LANGUAGE ")) {
            Some(language) if !language.contains(" HANDLER ") => format!("{language} HANDLER plpgsql_call_handler;"),
            _ => it.to_owned(),
        };
    lines.map(line).collect::<Vec<_>>().join("\n")
}

/// The parts of a dump by their heads, without what is only an order.
fn parts(text: &str) -> BTreeMap<String, String> {
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    let mut head = String::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("-- Name: ") {
            name.clone_into(&mut head);
            continue;
        }
        let quiet = line.is_empty()
            || line == "--"
            || line.starts_with("-- PostgreSQL database dump")
            || line.starts_with("\\")
            || line.starts_with("SET default_");
        if !quiet && !head.is_empty() {
            let part = parts.entry(head.clone()).or_default();
            part.push_str(line.trim_end());
            part.push('\n');
        }
    }
    let children: Vec<String> =
        parts.iter().filter(|it| it.1.contains("\nINHERITS (")).map(|it| format!("{} ", named(it.0))).collect();
    parts.retain(|head, _| !head.contains("; Type: DEFAULT; ") || !children.iter().any(|it| head.starts_with(it)));
    // PostgreSQL renames no NOT NULL that a partition inherits (18).
    let attached: Vec<String> =
        parts.keys().filter(|it| it.contains("; Type: TABLE ATTACH; ")).map(|it| named(it).to_owned()).collect();
    let is_attached = |head: &str| head.contains("; Type: TABLE; ") && attached.iter().any(|it| it == named(head));
    for (_, text) in parts.iter_mut().filter(|it| is_attached(it.0)) {
        *text = text.lines().map(unnamed).collect::<Vec<_>>().join("\n");
    }
    parts.into_iter().map(|(head, text)| (head.clone(), in_order(&head, &text))).collect()
}

/// A column's line without the name of its NOT NULL.
fn unnamed(line: &str) -> String {
    match line.find(" CONSTRAINT ").filter(|_| line.trim_end_matches(',').ends_with(" NOT NULL")) {
        Some(at) => format!("{} NOT NULL", &line[..at]),
        None => line.to_owned(),
    }
}

/// The name in a part's head.
fn named(head: &str) -> &str {
    head.split("; ").next().unwrap_or_default()
}

/// The columns of a table and the attributes of a type in one order; grants too.
fn in_order(head: &str, text: &str) -> String {
    let lists = ["TABLE", "TYPE", "ACL", "FOREIGN TABLE", "TEXT SEARCH CONFIGURATION", "DEFAULT ACL"];
    let is = head.split("; ").find_map(|it| it.strip_prefix("Type: ")).unwrap_or_default();
    if is == "STATISTICS" {
        let mut words: Vec<&str> = text.split([' ', ',', '\n']).collect();
        words.sort_unstable();
        return words.join(" ");
    }
    if !lists.contains(&is) || text.contains("AS ENUM") {
        return text.to_owned();
    }
    // A column that a child has by inheritance alone is printed, or not, as it came there; nothing takes the mark back.
    let is_child = text.contains("\nINHERITS (");
    let lines = text.lines().filter(|it| !is_child || !it.starts_with("    "));
    let mut lines: Vec<String> = lines.map(|it| storage_options(it.trim_end_matches(','))).collect();
    lines.sort_unstable();
    lines.join("\n")
}

/// A line with its storage options in one order.
fn storage_options(line: &str) -> String {
    match line.strip_prefix("WITH (").and_then(|it| it.strip_suffix(");")) {
        Some(options) => {
            let mut options: Vec<&str> = options.split(", ").collect();
            options.sort_unstable();
            format!("WITH ({});", options.join(", "))
        }
        None => line.to_owned(),
    }
}

/// How two dumps differ; nothing when they do not.
pub(super) fn differences(is: &str, wanted: &str) -> Option<String> {
    let (is, wanted) = (parts(is), parts(wanted));
    let heads: std::collections::BTreeSet<&String> = is.keys().chain(wanted.keys()).collect();
    let differs = heads.into_iter().filter(|it| is.get(*it) != wanted.get(*it));
    let nothing = String::new();
    let shown: Vec<String> = differs
        .map(|it| format!("{it}\n  is {}\n  wanted {}", is.get(it).unwrap_or(&nothing), wanted.get(it).unwrap_or(&nothing)))
        .collect();
    (!shown.is_empty()).then(|| shown.join("\n"))
}
