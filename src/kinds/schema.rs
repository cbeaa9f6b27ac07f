//! Schemas (`pg_namespace`).

use super::{Alteration, Context, Folded, Kind, Likeness, Section, Step, rename};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct Schema;

impl Kind for Schema {
    fn name(&self) -> &'static str {
        "schema"
    }

    fn query(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn rename(&self, from: &Id, to: &Id, _: &Context<'_>) -> Vec<Step> {
        rename::part(from, to, |_, old, new| format!("ALTER SCHEMA {old} RENAME TO {new}"))
    }

    /// By what stands in it.
    fn resembles(&self, old: &Object, from: &Catalog, new: &Object, to: &Catalog) -> Option<Likeness> {
        let inside = |state: &Catalog, schema: &Id| {
            let children = state.objects.values().filter(|it| it.parent.as_ref() == Some(schema));
            let children = children.filter(|it| !super::kind(&it.id.kind).follows_parent());
            children.map(|it| (it.id.kind.clone(), it.id.path[1..].to_vec())).collect()
        };
        rename::shared(&inside(from, &old.id), &inside(to, &new.id), "object")
    }

    fn section(&self) -> Section {
        Section::Container
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("CREATE SCHEMA {}", sql::path(&object.id.path)))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("DROP SCHEMA {}{}", context.if_exists(), sql::path(&object.id.path)))])
    }

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }

    /// Without CASCADE a schema must be empty.
    fn takes_children(&self) -> bool {
        false
    }
}
