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
    #[serde(flatten)]
    target: Target,
}

fn change(attrs: &Attrs) -> Step {
    Step::new(format!("ALTER {} OWNER TO {}", attrs.target.words(), sql::name(&attrs.role)))
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
        Ok(if own { Vec::new() } else { vec![change(&attrs)] })
    }

    fn drop(&self, _: &Object, _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(Vec::new())
    }

    fn alter(&self, _: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Steps(vec![change(&to.read()?)]))
    }
}
