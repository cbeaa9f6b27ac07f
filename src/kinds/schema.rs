//! Schemas (`pg_namespace`).

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
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
