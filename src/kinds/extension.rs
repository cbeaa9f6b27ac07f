//! Extensions (`pg_extension`). They claim the addresses of their members, so that whoever needs a member needs the extension.

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step, online};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct Extension;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    schema: String,
    /// Only where the source states it.
    version: Option<String>,
    #[serde(rename = "_version")]
    installed: Option<String>,
    /// The version that its server gives when none is said.
    #[serde(rename = "_default")]
    default: Option<String>,
    #[serde(rename = "_relocatable")]
    relocatable: bool,
}

impl Kind for Extension {
    fn name(&self) -> &'static str {
        "extension"
    }

    fn query(&self) -> &'static str {
        include_str!("extension.sql")
    }

    fn section(&self) -> Section {
        Section::Container
    }

    /// A rollback brings back the version that was there, where the server still has it.
    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let Attrs { schema, version, installed, default, .. } = object.read()?;
        let create = format!("CREATE EXTENSION {} WITH SCHEMA {}", sql::path(&object.id.path), sql::name(&schema));
        let with = |version: &str| format!("{create} VERSION {}", sql::literal(version));
        let before = installed.filter(|it| context.tolerant && default.as_ref() != Some(it));
        Ok(vec![match (version, before) {
            (Some(it), _) => Step::new(with(&it)),
            (None, None) => Step::new(create),
            (None, Some(it)) => {
                let is_it = format!("name = {} AND version = {}", sql::literal(object.name(0)), sql::literal(&it));
                let has_it = format!("EXISTS (SELECT FROM pg_catalog.pg_available_extension_versions WHERE {is_it})");
                online::either(&has_it, &with(&it), &create)
            }
        }])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(super::dropped("EXTENSION", object, context))
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if old.schema != new.schema && !old.relocatable || is_downgrade(&old, &new) {
            return Ok(Alteration::Rebuild);
        }
        let name = sql::path(&to.id.path);
        let mut steps = Vec::new();
        if let Some(version) = new.version.filter(|it| old.version.as_ref() != Some(it)) {
            steps.push(Step::new(format!("ALTER EXTENSION {name} UPDATE TO {}", sql::literal(&version))));
        }
        if old.schema != new.schema {
            steps.push(set_schema(to, &old.schema, &new.schema));
        }
        Ok(Alteration::Steps(steps))
    }

    /// Columns of its types, and all that calls what belongs to it, stay as they are.
    fn moved(&self, from: &Object, to: &Object) -> Option<(Id, Step)> {
        let (old, new): (Attrs, Attrs) = (from.read().ok()?, to.read().ok()?);
        let moves = old.schema != new.schema && old.relocatable && !is_downgrade(&old, &new);
        moves.then(|| (Id::new("schema", std::slice::from_ref(&new.schema)), set_schema(to, &old.schema, &new.schema)))
    }
}

fn set_schema(extension: &Object, old: &str, new: &str) -> Step {
    let (name, old, new) = (sql::path(&extension.id.path), sql::name(old), sql::name(new));
    let step = Step::new(format!("ALTER EXTENSION {name} SET SCHEMA {new}"));
    step.risks(Hazard::BreaksApplication(format!("what belongs to the extension {name} is found in {new}, no longer in {old}")))
}

/// Extensions come with update scripts upwards only.
fn is_downgrade(old: &Attrs, new: &Attrs) -> bool {
    matches!((&old.version, &new.version), (Some(before), Some(after)) if parts(after) < parts(before))
}

/// The numbers of a version, for comparing: `1.10` is newer than `1.9`.
fn parts(version: &str) -> Vec<u64> {
    version.split(|it: char| !it.is_ascii_digit()).filter_map(|it| it.parse().ok()).collect()
}
