//! Objects that `DROP EXTENSION` takes along (`ALTER FUNCTION … DEPENDS ON EXTENSION`, `pg_depend` with deptype x).

use serde::Deserialize;

use super::target::Target;
use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct ExtensionDependency;

#[derive(Deserialize)]
struct Attrs {
    #[serde(flatten)]
    target: Target,
}

fn depends(object: &Object, no: &str) -> Result<Step> {
    let attrs: Attrs = object.read()?;
    let words = attrs.target.words();
    let words = words.strip_prefix("AGGREGATE ").map_or(words.clone(), |it| format!("ROUTINE {it}"));
    let extension = object.id.path.last().map_or(String::new(), |it| sql::name(it));
    Ok(Step::new(format!("ALTER {words} {no}DEPENDS ON EXTENSION {extension}")))
}

impl Kind for ExtensionDependency {
    fn name(&self) -> &'static str {
        "extension_dependency"
    }

    fn query(&self) -> &'static str {
        include_str!("extension_dependency.sql")
    }

    fn section(&self) -> Section {
        Section::Between
    }

    fn follows_parent(&self) -> bool {
        true
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![depends(object, "")?])
    }

    fn drop(&self, object: &Object, _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![depends(object, "NO ")?])
    }

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }
}
