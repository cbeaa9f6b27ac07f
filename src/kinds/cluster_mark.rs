//! The index by which `CLUSTER` sorts a table (`pg_index.indisclustered`).

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct ClusterMark;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    index: String,
    #[serde(rename = "_materialized")]
    materialized: bool,
}

impl Attrs {
    fn head(&self, object: &Object) -> String {
        format!("ALTER {} {}", if self.materialized { "MATERIALIZED VIEW" } else { "TABLE" }, sql::path(&object.id.path))
    }
}

impl Kind for ClusterMark {
    fn name(&self) -> &'static str {
        "cluster_mark"
    }

    fn query(&self) -> &'static str {
        include_str!("cluster_mark.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_index WHERE indexrelid >= 16384 AND indisclustered")
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn touches_rows(&self) -> bool {
        false
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        Ok(vec![Step::clause(attrs.head(object), format!("CLUSTER ON {}", sql::name(&attrs.index)))])
    }

    fn drop(&self, object: &Object, _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        Ok(vec![Step::clause(attrs.head(object), "SET WITHOUT CLUSTER")])
    }

    fn alter(&self, _: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Steps(self.create(to, &[], context)?))
    }
}
