//! A partition's index as part of the index of its partitioned table (`pg_inherits`).

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step, index, key_of_partition, succession};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct IndexPartition;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    parent: [String; 2],
}

impl Kind for IndexPartition {
    fn name(&self) -> &'static str {
        "index_partition"
    }

    fn query(&self) -> &'static str {
        include_str!("index_partition.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_class WHERE oid >= 16384 AND relkind = 'I'")
    }

    fn section(&self) -> Section {
        Section::Between
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let (parent, name) = (sql::path(&attrs.parent), sql::path(&object.id.path));
        Ok(vec![Step::new(format!("ALTER INDEX {parent} ATTACH PARTITION {name}")).anywhere()])
    }

    fn held_by(&self, object: &Object, state: &Catalog) -> Vec<Id> {
        object.parent.as_ref().and_then(|it| state.get(it)).map_or(Vec::new(), |it| key_of_partition::holders(it, state))
    }

    /// Only with it is the whole complete.
    fn succeeds(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let own = object.parent.as_ref().and_then(|it| context.to.get(it));
        own.map_or(Vec::new(), |it| succession::predecessors(it, context))
    }

    /// Only a partition's index can be attached.
    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let table = object.parent.as_ref().and_then(|it| context.to.get(it)?.parent.as_ref());
        table.map(|it| Id::new("partition", &it.path)).into_iter().collect()
    }

    /// What the parent's index brings is attached, and attaching a partition attaches its keys.
    fn comes_with(&self, object: &Object, context: &Context<'_>) -> Option<Id> {
        let own = context.to.get(object.parent.as_ref()?)?;
        if own.id.kind == "index" {
            return index::bringer(own, context).map(|_| own.id.clone());
        }
        key_of_partition::is_attached_by_itself(own, context).then(|| Id::new("partition", &own.id.path[..2]))
    }

    /// An index leaves its parent only with its table, or when it goes.
    fn drop(&self, _: &Object, _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(Vec::new())
    }

    fn alter(&self, _: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Steps(self.create(to, &[], context)?))
    }
}
