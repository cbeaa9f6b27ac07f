//! Shells: types that have a name and nothing else yet.
//!
//! The functions that a type is made of take or return that type, so `CREATE TYPE t` comes first, then the functions, then the full
//! `CREATE TYPE t (...)`. Neither functions nor type can be dropped alone: the shell's `DROP … CASCADE` takes all of them.

use serde::Deserialize;
use serde_json::Value;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct ShellType;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    becomes: Option<Value>,
}

impl Kind for ShellType {
    fn name(&self) -> &'static str {
        "shell_type"
    }

    fn query(&self) -> &'static str {
        include_str!("shell_type.sql")
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("CREATE TYPE {}", sql::path(&object.id.path)))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("DROP TYPE {}{} CASCADE", context.if_exists(), sql::path(&object.id.path)))])
    }

    fn alter(&self, from: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        let old: Attrs = from.read()?;
        Ok(if old.becomes.is_some() { Alteration::Rebuild } else { Alteration::Steps(Vec::new()) })
    }

    fn names(&self, object: &Object) -> Vec<String> {
        vec![format!("type {}", sql::path(&object.id.path))]
    }
}
