//! A database brought to a state, and how the one that was reached differs from it.

use std::collections::BTreeSet;

use super::introspect_ours;
use crate::catalog::{Catalog, Object};
use crate::database::Database;
use crate::diff::diff;
use crate::error::{Error, Result};
use crate::kinds::{Conditions, Server, Verb};
use crate::plan::plan;
use crate::render;
use crate::rules::Rules;
use crate::spelling;
use crate::timing;

/// How often what was left undone is planned and appended.
const ROUNDS: usize = 5;

/// Brings a database from one state to the other, planning again what is left; fails with what cannot be reached. Returns the
/// objects that are there, but printed in other words.
pub(crate) async fn settle(
    database: &mut Database,
    from: &Catalog,
    to: &Catalog,
    server: &Server,
    rules: &Rules,
) -> Result<Vec<Object>> {
    let mut state = from.clone();
    for round in 0..ROUNDS {
        let left = diff(&state, to);
        let spelled = if round > 0 { spelling::alike(&state, to) } else { BTreeSet::new() };
        if left.len() == spelled.len() {
            return Ok(spelled.iter().filter_map(|it| state.get(it)).cloned().collect());
        }
        let steps = plan(&state, to, &Conditions::ours(server))?;
        if steps.steps.is_empty() {
            break;
        }
        let statements = render::statements(&steps);
        let running = timing::stage("  run the statements of the clone");
        for chunk in statements.chunks(150) {
            let text: Vec<&str> = chunk.iter().map(|it| it.sql.as_str()).collect();
            let mut sql = String::from("SET check_function_bodies = off;\n");
            sql.push_str(&text.join(";\n"));
            if let Err(error) = database.run(&sql).await {
                return Err(one_by_one(database, &text).await.unwrap_or(error));
            }
        }
        drop(running);
        state = rules.apply(introspect_ours(database).await?).0;
    }
    if diff(&state, to).is_empty() {
        Ok(Vec::new())
    } else {
        Err(differences(&state, to, "the state reached differs from the one wanted"))
    }
}

/// Runs statements singly to name the one that fails.
async fn one_by_one(database: &mut Database, statements: &[&str]) -> Option<Error> {
    for statement in statements {
        if let Err(error) = database.run(statement).await {
            return Some(error.note(format!("statement: {statement}")));
        }
    }
    None
}

/// Fails when two states differ, saying how.
pub fn compare(reached: &Catalog, wanted: &Catalog, message: &str) -> Result<()> {
    if diff(reached, wanted).is_empty() { Ok(()) } else { Err(differences(reached, wanted, message)) }
}

/// An error that lists how two states differ.
pub(crate) fn differences(reached: &Catalog, wanted: &Catalog, message: &str) -> Error {
    let mut error = Error::new(message);
    for (id, verb) in diff(reached, wanted).into_iter().take(12) {
        let attrs = |catalog: &Catalog| catalog.get(&id).map_or("nothing".to_owned(), |it| it.attrs.to_string());
        error = error.note(match verb {
            Verb::Create => format!("{id} is missing"),
            Verb::Drop => format!("{id} is left over"),
            _ => format!("{id}: {} instead of {}", attrs(reached), attrs(wanted)),
        });
    }
    error
}
