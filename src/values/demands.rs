//! What will be demanded of rows that are there: seeded rows are to satisfy it, or the proof would be about few of them or none. On
//! which live rows the migration stops is asked elsewhere.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Id};
use crate::closure::context;
use crate::diff::diff;
use crate::error::Result;
use crate::kinds::{Conditions, Server, Step, Verb, kind};
use crate::prove::Part;
use crate::rows::Demand;

/// What comes, is demanded of rows, and is one statement there and back. Of a table whose rows the change fills first, nothing: those are
/// what the proof is about.
pub(super) fn of(from: &Catalog, parts: &[Part], server: &Server) -> Result<Vec<Demand>> {
    let Some(to) = parts.last().map(|it| &it.to) else { return Ok(Vec::new()) };
    let written: BTreeSet<Id> = super::written(from, parts).collect();
    let (there, back) = (diff(from, to), diff(to, from));
    let conditions = Conditions::ours(server);
    let (up, down) = (context(from, to, &there, &conditions), context(to, from, &back, &conditions));
    let mut demands = Vec::new();
    let comes = |it: &&Id| there.get(*it) == Some(&Verb::Create);
    for id in there.keys().filter(comes) {
        let Some(object) = to.get(id) else { continue };
        let kind = kind(&id.kind);
        let is_filled = super::table_of(from, id).or_else(|| super::table_of(to, id)).is_some_and(|it| written.contains(&it));
        if is_filled || kind.comes_with(object, &up).is_some() || kind.checks(None, object, &up)?.is_empty() {
            continue;
        }
        let steps = (kind.create(object, &[], &up)?, kind.drop(object, &down)?);
        if let ([up], [down]) = (steps.0.as_slice(), steps.1.as_slice()) {
            let text = |it: &Step| it.sql.text();
            demands.push(Demand { up: text(up), down: text(down) });
        }
    }
    Ok(demands)
}
