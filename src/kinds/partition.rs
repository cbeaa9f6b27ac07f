//! A table as a partition of another (`pg_inherits`, `pg_class.relpartbound`).

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::{Id, Object};
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
