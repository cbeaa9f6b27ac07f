//! Options of foreign objects (`OPTIONS (ADD host 'db', SET port '5432', DROP user)`).

use std::collections::BTreeMap;

use crate::sql;

/// Options by name; `pg_dump` prints them in that order.
pub(super) type Options = BTreeMap<String, String>;

/// ` OPTIONS (host 'db')`, or nothing for no options.
pub(super) fn list(options: &Options) -> String {
    if options.is_empty() {
        return String::new();
    }
    let items: Vec<String> = options.iter().map(|(name, value)| format!("{} {}", sql::name(name), sql::literal(value))).collect();
    format!(" OPTIONS ({})", items.join(", "))
}

/// The clause that leads from one set to the other, where they differ.
pub(super) fn clause(from: &Options, to: &Options) -> Option<String> {
    let changed = to.iter().filter_map(|(name, value)| match from.get(name) {
        None => Some(format!("ADD {} {}", sql::name(name), sql::literal(value))),
        Some(old) if old != value => Some(format!("SET {} {}", sql::name(name), sql::literal(value))),
        Some(_) => None,
    });
    let gone = from.keys().filter(|it| !to.contains_key(*it)).map(|it| format!("DROP {}", sql::name(it)));
    let items: Vec<String> = changed.chain(gone).collect();
    (!items.is_empty()).then(|| format!("OPTIONS ({})", items.join(", ")))
}
