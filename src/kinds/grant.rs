//! Privileges on anything that has them, column privileges too: what a grantee has beyond, or lacks of, the object's default.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::target::Target;
use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct Grant;

#[derive(Deserialize)]
struct Attrs {
    /// With a `*` for the grant option.
    privileges: BTreeSet<String>,
    /// What the grantee has when nothing was ever granted.
    base: BTreeSet<String>,
    grantee: Option<String>,
    grantor: Option<String>,
    #[serde(rename = "_owner")]
    owner: String,
    #[serde(rename = "_column")]
    column: Option<String>,
    #[serde(flatten)]
    target: Target,
}

impl Attrs {
    fn grantee(&self, object: &Object) -> String {
        match &self.grantee {
            Some(role) => sql::name(role),
            None if object.id.path.iter().rev().take(2).any(|it| it == "owner") => sql::name(&self.owner),
            None => "PUBLIC".to_owned(),
        }
    }

    /// Whether the grantee owns what it is on by then, and has no need of it.
    fn is_owners(&self, object: &Object, context: &Context<'_>) -> bool {
        let role = self.grantee.as_deref();
        let is_above = |it: &Id| context.from.lineage(&object.id).any(|above| above == it);
        let owns =
            |it: &Object| it.attrs.get("role").is_some_and(|it| it.as_str() == role) && it.parent.as_ref().is_some_and(is_above);
        context.to.of_kind("owner").any(owns)
    }

    fn steps(&self, object: &Object, from: &BTreeSet<String>, to: &BTreeSet<String>, context: &Context<'_>) -> Vec<Step> {
        let change = Change { on: self.target.granted(), column: self.column.as_deref(), grantee: self.grantee(object) };
        let mut steps: Vec<Step> = change.statements(from, to).into_iter().map(Step::new).collect();
        let lost = change.lost(from, to).filter(|_| !is_anew(object, context) && !self.is_owners(object, context));
        if let (Some(lost), Some(first)) = (lost, steps.first_mut()) {
            first.hazards.push(Hazard::BreaksApplication(lost));
        }
        match &self.grantor {
            Some(grantor) if !steps.is_empty() => {
                let role = Step::new(format!("SET ROLE {}", sql::name(grantor)));
                std::iter::once(role).chain(steps).chain([Step::new("RESET ROLE")]).collect()
            }
            _ => steps,
        }
    }
}

/// Whether what it is on comes or goes with the migration, so that nobody has it now, or will miss it.
fn is_anew(grant: &Object, context: &Context<'_>) -> bool {
    let moves = |it: &Id| context.is_created(it) || context.is_dropped(it);
    [context.from, context.to].iter().any(|it| it.lineage(&grant.id).skip(1).chain(it.needs(&grant.id)).any(moves))
}

/// The statements that lead from one set of privileges to another.
pub(super) struct Change<'a> {
    /// `TABLE public.devices`
    pub(super) on: String,
    /// The column, for column privileges.
    pub(super) column: Option<&'a str>,
    /// Quoted, or `PUBLIC`.
    pub(super) grantee: String,
}

impl Change<'_> {
    /// REVOKE what is too much, then GRANT what lacks. A privilege ends in `*` when it comes with the grant option.
    pub(super) fn statements(&self, from: &BTreeSet<String>, to: &BTreeSet<String>) -> Vec<String> {
        let (had, has) = (bare(from), bare(to));
        let options = |it: &BTreeSet<String>| bare(it.iter().filter(|it| it.ends_with('*')));
        let (could, can) = (options(from), options(to));
        let list = |it: Vec<&String>| (!it.is_empty()).then(|| self.privileges(&it));
        let Change { on, grantee, .. } = self;
        let revoked = list(had.difference(&has).collect());
        let narrowed = list(could.difference(&can).filter(|it| has.contains(*it)).collect());
        let granted = list(has.difference(&had).filter(|it| !can.contains(*it)).collect());
        let widened = list(can.difference(&could).collect());
        revoked
            .map(|it| format!("REVOKE {it} ON {on} FROM {grantee}"))
            .into_iter()
            .chain(narrowed.map(|it| format!("REVOKE GRANT OPTION FOR {it} ON {on} FROM {grantee}")))
            .chain(granted.map(|it| format!("GRANT {it} ON {on} TO {grantee}")))
            .chain(widened.map(|it| format!("GRANT {it} ON {on} TO {grantee} WITH GRANT OPTION")))
            .collect()
    }

    /// Who may no longer do what, in words.
    fn lost(&self, from: &BTreeSet<String>, to: &BTreeSet<String>) -> Option<String> {
        let (had, has) = (bare(from), bare(to));
        let lost: Vec<&String> = had.difference(&has).collect();
        (!lost.is_empty()).then(|| format!("{} loses {} on {}", self.grantee, self.privileges(&lost), self.on))
    }

    fn privileges(&self, privileges: &[&String]) -> String {
        let column = self.column.map_or(String::new(), |it| format!(" ({})", sql::name(it)));
        privileges.iter().map(|it| format!("{it}{column}")).collect::<Vec<_>>().join(", ")
    }
}

/// Privileges without the marks of grant options.
fn bare<'a>(privileges: impl IntoIterator<Item = &'a String>) -> BTreeSet<String> {
    privileges.into_iter().map(|it| it.trim_end_matches('*').to_owned()).collect()
}

/// The statements that give on a relation what is given on another; those of its owner need none.
pub(super) fn on_relation(object: &Object, relation: &str) -> Result<Vec<String>> {
    let attrs: Attrs = object.read()?;
    let grantee = attrs.grantee(object);
    if grantee == sql::name(&attrs.owner) {
        return Ok(Vec::new());
    }
    let change = Change { on: format!("TABLE {relation}"), column: attrs.column.as_deref(), grantee };
    Ok(change.statements(&BTreeSet::new(), &attrs.privileges))
}

impl Kind for Grant {
    fn name(&self) -> &'static str {
        "grant"
    }

    fn query(&self) -> &'static str {
        include_str!("grant.sql")
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn follows_parent(&self) -> bool {
        true
    }

    /// Beside the others on a relation or a routine that is not ours: of a system catalog, or of an extension.
    fn filed_under(&self, object: &Object, _: &Catalog) -> Option<Id> {
        object.read::<Attrs>().ok()?.target.of_part(&object.id)
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        Ok(attrs.steps(object, &attrs.base, &attrs.privileges, context))
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        Ok(attrs.steps(object, &attrs.privileges, &attrs.base, context))
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        Ok(Alteration::Steps(new.steps(to, &old.privileges, &new.privileges, context)))
    }
}
