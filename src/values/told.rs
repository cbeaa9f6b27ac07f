//! What became of rows, in words.

use std::collections::{BTreeMap, BTreeSet};

use super::search::Culprits;
use super::{ALL_THERE, Change, NOT_COMPARED, UNCHANGED, Values};
use crate::catalog::{Catalog, Id};
use crate::error::Error;
use crate::kinds::kind;
use crate::rows::{Relation, TableVerdict, Verdict};
use crate::sql;

/// How rows are spoken of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    /// Some are real: no value is told then, nor what a server says of one. Seeded rows may reference them.
    pub(super) real: bool,
}

impl Words {
    /// What the rows are.
    pub(super) fn kind(self) -> &'static str {
        if self.real { "sampled" } else { "seeded" }
    }

    /// What a statement stopped on.
    pub(super) fn error(self, error: &Error) -> String {
        if !self.real {
            return error.message.clone();
        }
        let what = match error.sqlstate.as_deref() {
            Some("23502") => "a null stands where none may be",
            Some("23503") => "a reference leads to no row",
            Some("23505") => "two rows have the same key",
            Some("23514") => "a CHECK does not hold",
            Some("23P01") => "two rows exclude each other",
            Some(it) if it.starts_with("22") => "a value does not become another",
            _ => "the server refuses",
        };
        format!("{what} (SQLSTATE {})", error.sqlstate.as_deref().unwrap_or("unknown"))
    }

    /// The rows on which a statement stopped.
    pub(super) fn culprits(self, culprits: &Culprits, table: &Relation) -> String {
        let (rows, of, kind) = (culprits.rows.len(), culprits.of, self.kind());
        if culprits.are_told_apart {
            format!("{rows} of {of} {kind} rows of {table}")
        } else {
            format!("some of {rows} {kind} rows of {table}")
        }
    }

    fn verdict(self, verdict: &Verdict) -> String {
        match verdict {
            Verdict::Unchanged => UNCHANGED.to_owned(),
            Verdict::Gone => "gone".to_owned(),
            Verdict::New => "new".to_owned(),
            Verdict::Changed { changed, of, .. } if self.real => format!("changed in {changed} of {of} rows"),
            Verdict::Changed { changed, of, example } => {
                let value = |it: &Option<String>| it.as_ref().map_or("null".to_owned(), |it| short(it));
                let key = example.key.as_ref().map_or(String::new(), |it| format!(" at {it}"));
                format!("changed in {changed} of {of} rows, {} to {}{key}", value(&example.old), value(&example.new))
            }
        }
    }
}

pub(super) fn summarize(
    base: &Catalog,
    there: &BTreeMap<Relation, TableVerdict>,
    back: Option<&BTreeMap<Relation, TableVerdict>>,
    grown: &BTreeSet<Id>,
    words: Words,
    values: &mut Values,
) {
    let stored: BTreeSet<&[String]> =
        base.objects.values().filter(|it| kind(&it.id.kind).holds_rows(it)).map(|it| it.id.path.as_slice()).collect();
    for (table, verdict) in there {
        let returned = back.and_then(|it| it.get(table));
        let TableVerdict::Kept { columns, lost, .. } = verdict else {
            if let TableVerdict::Gone { rows } = verdict {
                values.changes.push(Change {
                    of: table.to_string(),
                    migration: format!("gone with {rows} rows"),
                    rollback: table_back(returned),
                    silent: false,
                    stored: true,
                });
            }
            continue;
        };
        if *lost > 0 {
            // With a partition that goes, its rows go: they are kept, and come back with it.
            let rollback = table_back(returned);
            let is_kept = rollback == ALL_THERE;
            let migration = if is_kept { format!("{lost} rows gone") } else { format!("{lost} rows lost") };
            values.changes.push(Change { of: table.to_string(), migration, rollback, silent: !is_kept, stored: true });
        }
        for column in columns {
            let rollback = column_back(returned, &column.column, words);
            // What is computed is not lost by being computed in another way.
            let has_more = || grown.contains(&Id::new("column", &[&table.schema, &table.name, &column.column]));
            let stored = stored.contains([&table.schema, &table.name, &column.column].map(String::clone).as_slice());
            match (&column.verdict, rollback.as_str()) {
                (Verdict::New, _) => {}
                (Verdict::Unchanged, UNCHANGED | NOT_COMPARED) => values.kept += 1,
                (verdict, _) => values.changes.push(Change {
                    of: format!("{table}.{}", column.column),
                    migration: words.verdict(verdict),
                    stored,
                    silent: stored && matches!(verdict, Verdict::Changed { .. }) && !(rollback == UNCHANGED && has_more()),
                    rollback,
                }),
            }
        }
    }
}

fn table_back(verdict: Option<&TableVerdict>) -> String {
    match verdict {
        None => NOT_COMPARED.to_owned(),
        Some(TableVerdict::Kept { lost: 0, .. }) => ALL_THERE.to_owned(),
        Some(TableVerdict::Kept { lost, .. }) => format!("{lost} rows do not come back"),
        Some(_) => "its rows do not come back".to_owned(),
    }
}

fn column_back(verdict: Option<&TableVerdict>, column: &str, words: Words) -> String {
    match verdict {
        Some(TableVerdict::Kept { columns, .. }) => {
            columns.iter().find(|it| it.column == column).map_or("gone".to_owned(), |it| words.verdict(&it.verdict))
        }
        Some(_) => "gone with its table".to_owned(),
        None => NOT_COMPARED.to_owned(),
    }
}

/// A value as a literal, cut where it is long.
fn short(value: &str) -> String {
    let cut: String = value.chars().take(24).collect();
    if cut.len() < value.len() { format!("{}…", sql::literal(&cut)) } else { sql::literal(&cut) }
}
