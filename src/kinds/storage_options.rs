//! Storage and view options (`WITH (fillfactor = 70)`): names and values in the order in which they were set, which is how they are
//! printed.

use serde_json::Value;

use crate::catalog::Object;
use crate::sql;

/// Names and values, in order.
pub(super) type Options = Vec<(String, String)>;

/// `fillfactor = 70, toast.autovacuum_enabled = false`; each name led by `prefix`.
pub(super) fn list(options: &[(String, String)], prefix: &str) -> String {
    options.iter().map(|(name, value)| format!("{prefix}{} = {}", sql::name(name), shown(value))).collect::<Vec<_>>().join(", ")
}

/// ` WITH (...)`, or nothing for no options.
pub(super) fn with(options: &[(String, String)]) -> String {
    if options.is_empty() { String::new() } else { format!(" WITH ({})", list(options, "")) }
}

/// The clauses `SET (...)` and `RESET (...)` that lead from one list to the other. What is set comes last, in the order given
/// (`transformRelOptions`): so what stands behind a new value is set too.
pub(super) fn changes(from: &[(String, String)], to: &[(String, String)], prefix: &str) -> Vec<String> {
    let mut standing = from.iter();
    let kept = to.iter().take_while(|it| standing.any(|old| old == *it)).count();
    let is_gone = |it: &&(String, String)| !to.iter().any(|(name, _)| *name == it.0);
    let reset: Vec<String> = from.iter().filter(is_gone).map(|it| format!("{prefix}{}", sql::name(&it.0))).collect();
    let set = (kept < to.len()).then(|| format!("SET ({})", list(&to[kept..], prefix)));
    set.into_iter().chain((!reset.is_empty()).then(|| format!("RESET ({})", reset.join(", ")))).collect()
}

/// Gives options that say the same as another object's in other words (`on` for `true`, `.5` for `0.5`) the other's words:
/// PostgreSQL keeps the text as it was written. The same options in another order get the other's.
pub(crate) fn respell(object: &mut Object, stood: &Object) {
    for kind in ["options", "toast_options"] {
        let other = stood.attrs.get(kind).and_then(Value::as_array);
        let own = object.attrs.get_mut(kind).and_then(Value::as_array_mut);
        let (Some(own), Some(other)) = (own, other) else { continue };
        for option in own.iter_mut() {
            let before = other.iter().find(|it| it[0] == option[0]);
            if let Some(before) = before
                && let (Some(name), Some(text), Some(old)) = (option[0].as_str(), option[1].as_str(), before[1].as_str())
                && is_same(name, text, old)
            {
                *option = before.clone();
            }
        }
        if own.len() == other.len() && own.iter().all(|it| other.contains(it)) {
            own.clone_from(other);
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
    fn what_stands_behind_a_new_value_is_set_with_it() {
        let options = |it: &[(&str, &str)]| it.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Options>();
        let changes = |from, to| changes(&options(from), &options(to), "");
        assert_eq!(changes(&[("a", "1"), ("b", "2")], &[("a", "1"), ("b", "3"), ("c", "4")]), ["SET (b = 3, c = 4)"]);
        assert_eq!(changes(&[("a", "1"), ("b", "2")], &[("b", "2"), ("a", "1")]), ["SET (a = 1)"]);
        assert_eq!(changes(&[("a", "1"), ("b", "2")], &[("b", "3"), ("a", "1")]), ["SET (b = 3, a = 1)"]);
        assert_eq!(changes(&[("a", "1"), ("b", "2")], &[("b", "2")]), ["RESET (a)"]);
        assert_eq!(changes(&[("a", "1"), ("b", "2")], &[("c", "5")]), ["SET (c = 5)", "RESET (a, b)"]);
    }

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
