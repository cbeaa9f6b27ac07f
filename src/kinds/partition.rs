//! A table as a partition of another (`pg_inherits`, `pg_class.relpartbound`).

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step, constraint};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct Partition;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    parent: [String; 2],
    bound: String,
    #[serde(default)]
    detach_pending: bool,
}

impl Kind for Partition {
    fn name(&self) -> &'static str {
        "partition"
    }

    fn query(&self) -> &'static str {
        include_str!("partition.sql")
    }

    fn section(&self) -> Section {
        Section::Between
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let (parent, name) = (sql::path(&attrs.parent), sql::path(&object.id.path));
        let step = Step::new(format!("ALTER TABLE ONLY {parent} ATTACH PARTITION {name} {}", attrs.bound));
        Ok(vec![step.risks(Hazard::Scans(name))])
    }

    /// Its bound, in `CREATE TABLE … PARTITION OF`: where that says exactly the same, and the parent is new, too. It takes a lock on the
    /// parent that keeps readers away (online-safe on a table that stands is only ATTACH).
    fn inline(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Option<String>> {
        let attrs: Attrs = object.read()?;
        let parent = Id::new("table", &attrs.parent);
        let table = |id: &Id| context.to.get(id).map(|it| &it.attrs);
        let (Some(above), Some(own)) = (table(&parent), table(&Id::new("table", &object.id.path))) else { return Ok(None) };
        let lacks = |attrs: &serde_json::Value, names: &[&str]| names.iter().all(|it| attrs.get(it).is_none());
        let plain = lacks(above, &["of_type", "tablespace", "access_method"]) && lacks(own, &["of_type", "server"]);
        let (path, above) = (&object.id.path, &attrs.parent);
        let is_exact = context.is_created(&parent)
            && plain
            && !attrs.detach_pending
            && same_columns(path, above, context)
            && constraint::come_along(path, above, context)?;
        Ok(is_exact.then_some(attrs.bound))
    }

    fn drop(&self, object: &Object, _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let (parent, name) = (sql::path(&attrs.parent), sql::path(&object.id.path));
        let finalize = if attrs.detach_pending { " FINALIZE" } else { "" };
        Ok(vec![Step::new(format!("ALTER TABLE ONLY {parent} DETACH PARTITION {name}{finalize}"))])
    }

    /// A foreign key to the partitioned table holds its partitions too: they can be dropped only after they are detached.
    fn goes_by_itself(&self, object: &Object, context: &Context<'_>) -> bool {
        let Ok(attrs) = object.read::<Attrs>() else { return false };
        let parent = Id::new("table", &attrs.parent);
        !context.is_dropped(&parent) && context.from.of_kind("foreign_key").any(|it| references(it, &attrs.parent))
    }

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }
}

/// Whether a partition's columns are its parent's in all that a column has.
fn same_columns(partition: &[String], parent: &[String; 2], context: &Context<'_>) -> bool {
    let columns = |table: &[String]| context.to.within("column", table).count();
    let same = |kind: &str, column: &Object| {
        let of = |table: &[String]| context.to.get(&Id::new(kind, &[&table[0], &table[1], column.name(2)]));
        match (of(partition), of(parent)) {
            (Some(own), Some(above)) => own.same(above),
            (own, above) => own.is_none() && above.is_none(),
        }
    };
    let mut above = context.to.within("column", parent);
    let absent = |kind: &str, column: &Object, table: &[String]| {
        context.to.get(&Id::new(kind, &[&table[0], &table[1], column.name(2)])).is_none()
    };
    columns(partition) == columns(parent)
        && above.all(|it| {
            ["column", "default_value", "not_null"].iter().all(|kind| same(kind, it))
                && absent("identity", it, partition)
                && [partition, parent].iter().all(|table| absent("column_settings", it, table))
        })
}

/// The partitions of a table and theirs, tables with their places.
pub(super) fn below(state: &Catalog, table: &[String]) -> Vec<Id> {
    let mut below: Vec<Id> = Vec::new();
    let mut queue = vec![table.to_vec()];
    while let Some(table) = queue.pop() {
        let is_of = |it: &&Object| it.read::<Attrs>().is_ok_and(|it| it.parent.as_slice() == table.as_slice());
        for partition in state.of_kind("partition").filter(is_of) {
            queue.push(partition.id.path.clone());
            below.extend([partition.id.clone(), Id::new("table", &partition.id.path)]);
        }
    }
    below
}

/// The table that a partition is of.
pub(super) fn parent(partition: &Object) -> Option<Id> {
    partition.read::<Attrs>().ok().map(|it| Id::new("table", &it.parent))
}

/// Whether a partition is of the table of that path.
pub(super) fn is_of(partition: &Object, table: &[String; 2]) -> bool {
    partition.read::<Attrs>().is_ok_and(|it| it.parent == *table)
}

/// Whether a foreign key points at the table of that path.
fn references(foreign_key: &Object, path: &[String; 2]) -> bool {
    let names = foreign_key.attrs.get("_references").and_then(serde_json::Value::as_array);
    names.is_some_and(|it| it.iter().map(|it| it.as_str()).eq(path.iter().map(|it| Some(it.as_str()))))
}
