//! A table as a partition of another (`pg_inherits`, `pg_class.relpartbound`).

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
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

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }
}
