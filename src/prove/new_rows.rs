//! What a rollback may stop on: rows written since the migration, which the schema before would not have let in.

use crate::catalog::Catalog;
use crate::conversions::{self, Guards};
use crate::data_checks;
use crate::database::Database;
use crate::error::Result;
use crate::hazard::Hazard;
use crate::kinds::{Conditions, Server, Verb};
use crate::plan::{Plan, Planned};

/// What the rows must satisfy that are there when `down` leads from `after` to `before`, in words. Casts are tried in `clone`, which has
/// the types of both.
pub(super) async fn stops(
    clone: &mut Database,
    down: &Plan,
    after: &Catalog,
    before: &Catalog,
    server: &Server,
) -> Result<Vec<String>> {
    let checks = data_checks::of(down, after, before, &Conditions::ours(server))?;
    let converted = conversions::of(down, after, before, server);
    // Where they cannot be tried, as under an event trigger that lets nothing be created, any may stop it.
    let all: Vec<String> = converted.iter().map(|it| it.conversion.what.clone()).collect();
    let narrowing = match Guards::of(clone, converted).await {
        Ok(guards) => guards.checks().map(|it| it.check.what).collect(),
        Err(error) => {
            tracing::debug!(%error, "the casts of a rollback cannot be tried");
            all
        }
    };
    let comes = |it: &&Planned| down.changes.get(&it.id) == Some(&Verb::Create);
    let filled = down.steps.iter().filter(comes).flat_map(|it| &it.step.hazards).filter_map(|it| match it {
        Hazard::Converts(what) => Some(what.clone()),
        _ => None,
    });
    let mut stops: Vec<String> = Vec::new();
    for what in checks.into_iter().map(|it| it.check.what).chain(narrowing).chain(filled) {
        if !stops.contains(&what) {
            stops.push(what);
        }
    }
    Ok(stops)
}
