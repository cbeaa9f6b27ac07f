//! A plan on a clone, run as its file runs.

use super::asserted::{self, Rows};
use crate::database::Database;
use crate::error::{Error, Result};
use crate::hazard::Hazard;
use crate::impact::{self, Impact, Watch};
use crate::plan::Plan;
use crate::render::{self, Statement};
use crate::script::{self, Backfill, Batches};
use crate::shape::Words;
use crate::timing;

/// A statement that failed, by the number of its first step.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) step: usize,
    pub(crate) error: Error,
}

/// Runs a plan as its file runs: in one transaction, or statement by statement.
pub(crate) async fn run(database: &mut Database, plan: &Plan) -> std::result::Result<(), Failure> {
    transaction(database, plan, Rows::None, None).await
}

/// The same, and tells what each statement did.
pub(crate) async fn run_watched(
    database: &mut Database,
    plan: &Plan,
    rows: Rows,
    watch: &mut Watch,
) -> std::result::Result<Vec<Impact>, Failure> {
    transaction(database, plan, rows, Some(watch)).await?;
    Ok(watch.end())
}

async fn transaction(
    database: &mut Database,
    plan: &Plan,
    rows: Rows,
    watch: Option<&mut Watch>,
) -> std::result::Result<(), Failure> {
    let _stage = timing::stage("run a script");
    let outer = |error: Error| Failure { step: 0, error };
    // As where it will run: reading a catalog leaves a search_path that hides what bodies name without a schema.
    database.run("RESET ALL").await.map_err(outer)?;
    if !plan.is_transactional() {
        return one_by_one(database, plan, rows, watch).await;
    }
    database.run("BEGIN").await.map_err(outer)?;
    if let Err(failure) = statements(database, plan, usize::MAX, rows, watch).await {
        database.run("ROLLBACK").await.map_err(outer)?;
        return Err(failure);
    }
    database.run("COMMIT").await.map_err(outer)
}

/// Each statement or block is committed by itself; what can be in a transaction is watched in one.
async fn one_by_one(
    database: &mut Database,
    plan: &Plan,
    rows: Rows,
    mut watch: Option<&mut Watch>,
) -> std::result::Result<(), Failure> {
    database.run("SET check_function_bodies = off").await.map_err(|error| Failure { step: 0, error })?;
    let mut step = 0;
    let (statements, mut told) = (render::statements(plan), impact::told(plan).into_iter());
    for together in statements.chunk_by(Statement::shares_block) {
        let told: Vec<Impact> = told.by_ref().take(together.len()).collect();
        let statement = &together[0];
        let ran = match &statement.batches {
            Some(batches) => in_batches(database, batches, statement).await,
            None if Words::new(&statement.sql).contain("CONCURRENTLY") => run_one(database, statement, rows).await,
            None => {
                block(database, together, told, step, rows, watch.as_deref_mut()).await?;
                step += together.iter().map(|it| it.ids.len()).sum::<usize>();
                continue;
            }
        };
        ran.map_err(|error| Failure { step, error })?;
        if let Some(watch) = watch.as_deref_mut() {
            watch.unseen(told);
        }
        step += statement.ids.len();
    }
    Ok(())
}

/// Statements that are committed together; `step` is the number of their first step.
async fn block(
    database: &mut Database,
    together: &[Statement],
    told: Vec<Impact>,
    mut step: usize,
    rows: Rows,
    mut watch: Option<&mut Watch>,
) -> std::result::Result<(), Failure> {
    let failed = |step: usize| move |error: Error| Failure { step, error };
    database.run("BEGIN").await.map_err(failed(step))?;
    if let Some(watch) = &mut watch {
        watch.begin(database, told).await.map_err(failed(step))?;
    }
    for statement in together {
        if let Err(error) = run_one(database, statement, rows).await {
            database.run("ROLLBACK").await.map_err(failed(step))?;
            return Err(Failure { step, error });
        }
        if let Some(watch) = &mut watch {
            watch.after(database).await.map_err(failed(step))?;
        }
        step += statement.ids.len();
    }
    database.run("COMMIT").await.map_err(failed(step))
}

/// A backfill as `apply` runs it, in batches of a few rows.
async fn in_batches(database: &mut Database, batches: &Batches, statement: &Statement) -> Result<()> {
    let noted = |it: Error| it.note(format!("statement: {}", statement.sql));
    let backfill = Backfill::of(batches.clone(), &statement.sql).map_err(noted)?;
    script::walk_alone(&backfill, database).await.map_err(noted)
}

/// Runs the statements of a plan in the transaction that is open.
pub(crate) async fn run_inside(database: &mut Database, plan: &Plan) -> std::result::Result<(), Failure> {
    run_as_far_as(database, plan, usize::MAX).await
}

/// The same, with none of the statements behind the one that holds the step of this number.
pub(crate) async fn run_as_far_as(database: &mut Database, plan: &Plan, last: usize) -> std::result::Result<(), Failure> {
    statements(database, plan, last, Rows::Seeded, None).await
}

async fn statements(
    database: &mut Database,
    plan: &Plan,
    last: usize,
    rows: Rows,
    mut watch: Option<&mut Watch>,
) -> std::result::Result<(), Failure> {
    let outer = |error: Error| Failure { step: 0, error };
    database.run("SET LOCAL check_function_bodies = off").await.map_err(outer)?;
    if let Some(watch) = &mut watch {
        watch.begin(database, impact::told(plan)).await.map_err(outer)?;
    }
    let mut step = 0;
    for statement in render::statements(plan) {
        if step > last {
            break;
        }
        let failed = |error: Error| Failure { step, error };
        run_one(database, &statement, rows).await.map_err(failed)?;
        if let Some(watch) = &mut watch {
            watch.after(database).await.map_err(failed)?;
        }
        step += statement.ids.len();
    }
    Ok(())
}

async fn run_one(database: &mut Database, statement: &Statement, rows: Rows) -> Result<()> {
    let ran = match statement.hazards.iter().find_map(Hazard::asserted) {
        Some(what) => asserted::run(database, &statement.sql, what, rows).await,
        None => database.run(&statement.sql).await,
    };
    ran.map_err(|it| it.note(format!("statement: {}", statement.sql)))
}

/// Whether a statement uses an enum label that was added in the same transaction (55P04).
pub(crate) fn needs_commit(error: &Error) -> bool {
    error.sqlstate.as_deref() == Some("55P04")
}
