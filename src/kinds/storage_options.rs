//! Storage and view options (`WITH (fillfactor = 70)`): a set of names and values.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::catalog::Object;
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

/// Gives options that say the same as another object's in other words (`on` for `true`, `.5` for `0.5`) the other's words:
/// PostgreSQL keeps the text as it was written.
pub(crate) fn respell(object: &mut Object, stood: &Object) {
    for kind in ["options", "toast_options"] {
        let other = stood.attrs.get(kind).and_then(Value::as_object);
        let own = object.attrs.get_mut(kind).and_then(Value::as_object_mut);
        let (Some(own), Some(other)) = (own, other) else { continue };
        for (name, value) in own {
            if let (Some(text), Some(before)) = (value.as_str(), other.get(name).and_then(Value::as_str))
                && is_same(name, text, before)
            {
                *value = before.into();
            }
        }
    }
}

fn is_same(name: &str, a: &str, b: &str) -> bool {
    let number = |it: &str| it.parse::<f64>().ok().filter(|it| it.is_finite());
    match (number(a), number(b)) {
        _ if SWITCHES.contains(&name) => switch(a).is_some() && switch(a) == switch(b),
        (Some(a), Some(b)) => a.total_cmp(&b).is_eq(),
        _ => false,
    }
}

/// Options that are on or off.
const SWITCHES: &[&str] = &[
    "autosummarize",
    "autovacuum_enabled",
    "deduplicate_items",
    "fastupdate",
    "security_barrier",
    "security_invoker",
    "user_catalog_table",
    "vacuum_index_cleanup",
    "vacuum_truncate",
];

/// A truth value in any of the ways in which PostgreSQL reads one: also abbreviated, as far as it is unique.
fn switch(text: &str) -> Option<bool> {
    let text = text.to_lowercase();
    let begins = |word: &str, least: usize| text.len() >= least && word.starts_with(&text);
    if text == "1" || begins("true", 1) || begins("yes", 1) || begins("on", 2) {
        Some(true)
    } else if text == "0" || begins("false", 1) || begins("no", 1) || begins("off", 2) {
        Some(false)
    } else {
        None
    }
}

/// A value as one would write it: numbers and plain words bare.
fn shown(value: &str) -> String {
    let bare = !value.is_empty() && value.chars().all(|it| it.is_ascii_digit() || it == '.')
        || matches!(value, "true" | "false" | "on" | "off");
    if bare { value.to_owned() } else { sql::literal(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_the_same_in_every_spelling_of_a_truth_or_a_number() {
        assert!(is_same("autovacuum_enabled", "on", "true"));
        assert!(is_same("security_barrier", "1", "YES"));
        assert!(is_same("fillfactor", "70", "070"));
        assert!(is_same("autovacuum_vacuum_scale_factor", ".5", "0.50"));
        assert!(!is_same("autovacuum_enabled", "on", "off"));
        assert!(!is_same("vacuum_index_cleanup", "auto", "on"));
        assert!(!is_same("buffering", "on", "true"));
        assert!(!is_same("fillfactor", "70", "7"));
    }
}
