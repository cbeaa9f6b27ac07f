//! Enumerated types (`pg_enum`). Labels can be added in place, never removed or moved: then columns are converted to a new type.

use serde::Deserialize;

use super::{Alteration, Called, Context, Folded, Kind, Section, Space, Step};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct EnumType;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    labels: Vec<String>,
}

impl Kind for EnumType {
    fn name(&self) -> &'static str {
        "enum_type"
    }

    fn query(&self) -> &'static str {
        include_str!("enum_type.sql")
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Option<Step> {
        super::renamed("TYPE", from, to, context)
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let labels: Vec<String> = attrs.labels.iter().map(|it| sql::literal(it)).collect();
        Ok(vec![Step::new(format!("CREATE TYPE {} AS ENUM ({})", sql::path(&object.id.path), labels.join(", ")))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("DROP TYPE {}{}", context.if_exists(), sql::path(&object.id.path)))])
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let kept: Vec<&String> = new.labels.iter().filter(|it| old.labels.contains(it)).collect();
        if !kept.iter().copied().eq(&old.labels) || context.one_transaction {
            return Ok(Alteration::Rebuild);
        }
        let mut steps = Vec::new();
        let mut before: Option<&String> = None;
        for label in &new.labels {
            if !old.labels.contains(label) {
                let place = match before {
                    Some(it) => format!(" AFTER {}", sql::literal(it)),
                    None => old.labels.first().map_or(String::new(), |it| format!(" BEFORE {}", sql::literal(it))),
                };
                let at_end = new.labels.iter().rev().take_while(|it| !old.labels.contains(it)).any(|it| it == label);
                let place = if at_end { String::new() } else { place };
                let add = format!("ALTER TYPE {} ADD VALUE {}{place}", sql::path(&to.id.path), sql::literal(label));
                steps.push(
                    Step::new(add)
                        .risks(Hazard::Irreversible(format!("the label {} cannot be taken back in place", sql::literal(label)))),
                );
            }
            before = Some(label);
        }
        Ok(Alteration::Steps(steps))
    }

    fn names(&self, object: &Object) -> Vec<String> {
        vec![format!("type {}", sql::path(&object.id.path))]
    }

    fn step_aside(&self, object: &Object, context: &Context<'_>) -> Option<(Step, Step)> {
        super::aside("TYPE", object, context)
    }

    fn called(&self, object: &Object) -> Vec<Called> {
        let labels = object.read().map(|it: Attrs| it.labels).unwrap_or_default();
        let label =
            |it: String| Called { path: [object.id.path.clone(), vec![it]].concat(), ..Called::plain(Space::Label, object) };
        labels.into_iter().map(label).chain([Called::plain(Space::Type, object)]).collect()
    }
}
