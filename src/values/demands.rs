//! What will be demanded of rows that are there: seeded rows are to satisfy it, or the proof would be about few of them or none. On
//! which live rows the migration stops is asked elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Id};
use crate::closure::context;
use crate::conversions;
use crate::database::Database;
use crate::diff::diff;
use crate::error::Result;
use crate::kinds::{Conditions, Server, Step, Takes, Texts, Verb, kind};
use crate::prove::Part;
use crate::rows::Demand;
use crate::sql;

/// What comes, is demanded of rows, and is one statement there and back. Of a table whose rows the change fills first, nothing: those are
/// what the proof is about.
pub(super) async fn of(clone: &mut Database, from: &Catalog, parts: &[Part], server: &Server) -> Result<Vec<Demand>> {
    let mut demands = of_texts(clone, parts, server).await?;
    let Some(to) = parts.last().map(|it| &it.to) else { return Ok(demands) };
    let written: BTreeSet<Id> = super::written(from, parts).collect();
    let (there, back) = (diff(from, to), diff(to, from));
    let conditions = Conditions::ours(server);
    let (up, down) = (context(from, to, &there, &conditions), context(to, from, &back, &conditions));
    let comes = |it: &&Id| there.get(*it) == Some(&Verb::Create);
    for id in there.keys().filter(comes) {
        let Some(object) = to.get(id) else { continue };
        let kind = kind(&id.kind);
        let is_filled = super::table_of(from, id).or_else(|| super::table_of(to, id)).is_some_and(|it| written.contains(&it));
        if is_filled || kind.comes_with(object, &up).is_some() || kind.checks(None, object, &up)?.is_empty() {
            continue;
        }
        let alone = BTreeMap::from([(id.clone(), Verb::Create)]);
        let by_itself = context(from, to, &alone, &conditions);
        let steps = (kind.create(object, &[], &by_itself)?, kind.drop(object, &down)?);
        if let ([up], [down]) = (steps.0.as_slice(), steps.1.as_slice()) {
            let text = |it: &Step| it.sql.text();
            demands.push(Demand { up: text(up), down: text(down) });
        }
    }
    Ok(demands)
}

/// Texts that get a type which is none are those that it reads.
async fn of_texts(clone: &mut Database, parts: &[Part], server: &Server) -> Result<Vec<Demand>> {
    let mut demands = Vec::new();
    for part in parts {
        for it in conversions::of(&part.up, &part.from, &part.to, server) {
            let Some(Takes { column, texts }) = it.conversion.takes else { continue };
            let texts = match texts {
                Texts::These(texts) => texts,
                Texts::Read(of) => conversions::texts(clone, &of).await?,
            };
            if !texts.is_empty() {
                let texts: Vec<String> = texts.iter().map(|it| sql::literal(it)).collect();
                let (table, name) = (it.conversion.table, format!("schemagen_demand_{}", demands.len()));
                let check = format!("CHECK ({}::text IN ({}))", sql::name(&column), texts.join(", "));
                demands.push(Demand {
                    up: format!("ALTER TABLE {table} ADD CONSTRAINT {name} {check}"),
                    down: format!("ALTER TABLE {table} DROP CONSTRAINT {name}"),
                });
            }
        }
    }
    Ok(demands)
}
