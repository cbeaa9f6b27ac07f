//! Migrations run on an empty database of the shadow: there, back and there again, as `check` and `rebase` ask it of files that exist.

use crate::catalog::Catalog;
use crate::database::Database;
use crate::diff::diff;
use crate::engine::differences;
use crate::error::{Error, Result};
use crate::introspect::introspect_ours;
use crate::rules::Rules;
use crate::script::{self, Script};
use crate::shadow::Shadow;
use crate::source;
use crate::spelling;

/// A migration, ready to run both ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// The way there.
    pub migration: Script,
    /// The way back.
    pub rollback: Script,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Journey {
    /// The state before the first leg, and the one after each.
    pub states: Vec<Catalog>,
    /// The files that did not do what they must.
    pub failures: Vec<Failure>,
}

/// A file that did not do what it must.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Its path.
    pub file: String,
    /// Why.
    pub error: Error,
}

/// Runs `before`, then every leg; then every leg back, newest first, each of which must lead to exactly the state that it set out
/// from; then every leg once more.
pub async fn there_and_back(shadow: &mut Shadow, before: &[Script], legs: &[Leg], rules: &Rules) -> Result<Journey> {
    let all = before.iter().chain(legs.iter().flat_map(|it| [&it.migration, &it.rollback]));
    let statements: Vec<&str> = all.flat_map(|it| &it.statements).map(|it| it.sql.as_str()).collect();
    shadow.stub_roles(&source::roles(statements)?).await?;
    let mut journey = Journey::default();
    let Some(mut database) = outward(shadow, before, legs, rules, &mut journey).await? else { return Ok(journey) };
    for (number, leg) in legs.iter().enumerate().rev() {
        let message = "does not restore the schema before its migration";
        if let Err(error) = leads_to(&mut database, &leg.rollback, &journey.states[number], rules, message).await {
            journey.failures.push(Failure { file: leg.rollback.file.clone(), error });
            // Those before it are judged all the same, from where they should have started.
            database.close().await?;
            database = shadow.create("replay").await?;
            for it in before.iter().chain(legs[..number].iter().map(|it| &it.migration)) {
                script::run(it, &mut database).await?;
            }
        }
    }
    for (number, leg) in legs.iter().enumerate() {
        let message = "gives another schema when it runs again after its rollback";
        if let Err(error) = leads_to(&mut database, &leg.migration, &journey.states[number + 1], rules, message).await {
            journey.failures.push(Failure { file: leg.migration.file.clone(), error });
            break;
        }
    }
    database.close().await?;
    Ok(journey)
}

/// The way there; nothing when a migration fails.
async fn outward(
    shadow: &mut Shadow,
    before: &[Script],
    legs: &[Leg],
    rules: &Rules,
    journey: &mut Journey,
) -> Result<Option<Database>> {
    let mut database = shadow.create("replay").await?;
    let scripts = before.iter().chain(legs.iter().map(|it| &it.migration));
    for (number, script) in scripts.enumerate() {
        if number == before.len() {
            journey.states.push(state(&mut database, rules).await?);
        }
        if let Err(error) = script::run(script, &mut database).await {
            journey.failures.push(Failure { file: script.file.clone(), error });
            database.close().await?;
            return Ok(None);
        }
        if number >= before.len() {
            journey.states.push(state(&mut database, rules).await?);
        }
    }
    Ok(Some(database))
}

/// Runs a script, which must lead to that state.
async fn leads_to(database: &mut Database, script: &Script, wanted: &Catalog, rules: &Rules, message: &str) -> Result<()> {
    script::run(script, database).await?;
    let reached = state(database, rules).await?;
    // What is made from its printed text is printed in other words at times.
    let alike = spelling::alike(&reached, wanted);
    if diff(&reached, wanted).keys().all(|it| alike.contains(it)) { Ok(()) } else { Err(differences(&reached, wanted, message)) }
}

/// Reads the state; what runs next finds the session as `apply` would leave it.
async fn state(database: &mut Database, rules: &Rules) -> Result<Catalog> {
    let catalog = introspect_ours(database).await?;
    database.run("RESET ALL").await?;
    Ok(rules.apply(catalog).0)
}
