//! Owners of anything that has one. A new object belongs to the role that runs the migration.

use serde::Deserialize;

use super::target::Target;
use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct Owner;

#[derive(Deserialize)]
struct Attrs {
    role: String,
    /// The folder names it.
    #[serde(rename = "_stated", default)]
    is_stated: bool,
    #[serde(flatten)]
    target: Target,
}

/// An owner that the folder does not name: who runs the migration has no name, as it is another role on another database.
pub(super) fn unnamed(role: &str, context: &Context<'_>) -> String {
    if role == context.server.role { "CURRENT_USER".to_owned() } else { sql::name(role) }
}

fn change(attrs: &Attrs, context: &Context<'_>) -> Step {
    let role = if attrs.is_stated { sql::name(&attrs.role) } else { unnamed(&attrs.role, context) };
    Step::new(format!("ALTER {} OWNER TO {role}", attrs.target.words()))
}

impl Kind for Owner {
    fn name(&self) -> &'static str {
        "owner"
    }

    fn query(&self) -> &'static str {
        include_str!("owner.sql")
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn follows_parent(&self) -> bool {
        true
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let own = attrs.role == context.server.role && object.parent.as_ref().is_some_and(|it| context.is_created(it));
        Ok(if own { Vec::new() } else { vec![change(&attrs, context)] })
    }

    fn drop(&self, _: &Object, _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(Vec::new())
    }

    fn alter(&self, _: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Steps(vec![change(&to.read()?, context)]))
    }
}
