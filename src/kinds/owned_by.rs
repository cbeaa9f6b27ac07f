//! The column that owns a sequence (`pg_depend`, deptype `a`): what `serial` makes.

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct OwnedBy;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    column: [String; 3],
}

/// The column that owns the sequence.
pub(super) fn column(object: &Object) -> Option<Id> {
    object.read::<Attrs>().ok().map(|it| Id::new("column", &it.column))
}

impl Kind for OwnedBy {
    fn name(&self) -> &'static str {
        "owned_by"
    }

    fn query(&self) -> &'static str {
        include_str!("owned_by.sql")
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        Ok(vec![Step::new(format!("ALTER SEQUENCE {} OWNED BY {}", sql::path(&object.id.path), sql::path(&attrs.column)))])
    }

    fn drop(&self, object: &Object, _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("ALTER SEQUENCE {} OWNED BY NONE", sql::path(&object.id.path)))])
    }

    fn alter(&self, _: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Steps(self.create(to, &[], context)?))
    }
}
