//! The rows before a migration, under old names and new ones.

use std::collections::{BTreeMap, BTreeSet};

use crate::database::Database;
use crate::error::Result;
use crate::rows::{self, Contents, Relation, TableVerdict};

/// The rows before the migration, under the names that tables, columns and labels have then, and under those that it gives them.
pub(super) struct Before {
    pub(super) old: Contents,
    pub(super) new: Contents,
}

impl Before {
    pub(super) async fn read(database: &mut Database, tables: &BTreeSet<Relation>, renames: &[String]) -> Result<Before> {
        let old = rows::read(database, tables).await?;
        let new = if renames.is_empty() { old.clone() } else { rows::read_renamed(database, renames, &old).await? };
        Ok(Before { old, new })
    }
}

/// Verdicts under the new names; renaming leaves the columns in their order.
pub(super) fn under_new_names(
    verdicts: BTreeMap<Relation, TableVerdict>,
    old: &Contents,
    new: &Contents,
) -> BTreeMap<Relation, TableVerdict> {
    let renamed = |(relation, mut verdict): (Relation, TableVerdict)| {
        let before = old.tables.get(&relation);
        let after = before.and_then(|before| new.tables.iter().find(|it| it.1.oid == before.oid));
        let Some((before, (name, after))) = before.zip(after) else { return (relation, verdict) };
        if let TableVerdict::Kept { columns, .. } = &mut verdict {
            for it in columns {
                let position = before.columns.iter().position(|column| column.name == it.column);
                if let Some(column) = position.and_then(|it| after.columns.get(it)) {
                    it.column.clone_from(&column.name);
                }
            }
        }
        (name.clone(), verdict)
    };
    verdicts.into_iter().map(renamed).collect()
}
