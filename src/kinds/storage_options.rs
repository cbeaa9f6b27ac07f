//! Storage and view options (`WITH (fillfactor = 70)`): a set of names and values.

use std::collections::BTreeMap;

use crate::sql;

/// Options by name.
pub(super) type Options = BTreeMap<String, String>;

/// `fillfactor = 70, toast.autovacuum_enabled = false`; each name led by `prefix`.
pub(super) fn list(options: &Options, prefix: &str) -> String {
    options.iter().map(|(name, value)| format!("{prefix}{} = {}", sql::name(name), shown(value))).collect::<Vec<_>>().join(", ")
}

/// ` WITH (...)`, or nothing for no options.
pub(super) fn with(options: &Options) -> String {
    if options.is_empty() { String::new() } else { format!(" WITH ({})", list(options, "")) }
}

/// The clauses `SET (...)` and `RESET (...)` that lead from one set to the other.
pub(super) fn changes(from: &Options, to: &Options, prefix: &str) -> Vec<String> {
    let set: Options = to
        .iter()
        .filter(|(name, value)| from.get(*name) != Some(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let reset: Vec<String> =
        from.keys().filter(|it| !to.contains_key(*it)).map(|it| format!("{prefix}{}", sql::name(it))).collect();
    let mut clauses = Vec::new();
    if !set.is_empty() {
        clauses.push(format!("SET ({})", list(&set, prefix)));
    }
    if !reset.is_empty() {
        clauses.push(format!("RESET ({})", reset.join(", ")));
    }
    clauses
}

/// A value as one would write it: numbers and plain words bare.
fn shown(value: &str) -> String {
    let bare = !value.is_empty() && value.chars().all(|it| it.is_ascii_digit() || it == '.')
        || matches!(value, "true" | "false" | "on" | "off");
    if bare { value.to_owned() } else { sql::literal(value) }
}
