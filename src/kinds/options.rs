//! Storage options: `WITH (...)` of whatever has rows or columns. A set, though the catalogs keep a list.

use std::collections::BTreeMap;

use crate::sql;

/// Options by name, in a fixed order; those of the TOAST table are called `toast.…`.
pub(super) type Options = BTreeMap<String, String>;

/// `fillfactor='70', toast.autovacuum_enabled='false'`.
pub(super) fn list(options: &Options) -> String {
    options.iter().map(|(name, value)| format!("{}={}", key(name), sql::literal(value))).collect::<Vec<_>>().join(", ")
}

/// ` WITH (...)`, or nothing where there are none.
pub(super) fn with(options: &Options) -> String {
    if options.is_empty() { String::new() } else { format!(" WITH ({})", list(options)) }
}

/// `SET (...)` and `RESET (...)` that lead from the one set to the other.
pub(super) fn change(from: &Options, to: &Options) -> Vec<String> {
    let set: Options =
        to.iter().filter(|(name, value)| from.get(*name) != Some(*value)).map(|(a, b)| (a.clone(), b.clone())).collect();
    let reset: Vec<String> = from.keys().filter(|it| !to.contains_key(*it)).map(|it| key(it)).collect();
    let mut clauses = Vec::new();
    if !reset.is_empty() {
        clauses.push(format!("RESET ({})", reset.join(", ")));
    }
    if !set.is_empty() {
        clauses.push(format!("SET ({})", list(&set)));
    }
    clauses
}

fn key(name: &str) -> String {
    sql::path(&name.split('.').collect::<Vec<_>>())
}
