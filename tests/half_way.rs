//! What runs statement by statement can stop after each of them: then the rollback leads back all the same, and a rollback that
//! stopped can run again.

use std::path::{Path, PathBuf};

use schemagen::catalog::Catalog;
use schemagen::database::Database;
use schemagen::engine;
use schemagen::error::Result;
use schemagen::introspect::introspect_ours;
use schemagen::kinds::Company;
use schemagen::plan::Plan;
use schemagen::prove::Part;
use schemagen::render::{self, Statement};
use schemagen::rules::Rules;
use schemagen::shadow::Shadow;
use schemagen::sizes::Limit;
use schemagen::source;

use crate::cases::folders;
use crate::support::case;
use crate::support::server::{RUNTIME, server};

/// The cases about large tables.
fn large() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    folders(&root).iter().flat_map(|it| folders(it)).filter(|it| it.join("large").exists()).collect()
}

/// What is committed, one after the other: statements, and blocks of them.
fn statements(plan: &Plan) -> Vec<String> {
    let statements = render::statements(plan);
    let together = statements.chunk_by(Statement::shares_block);
    let text = |it: &[Statement]| match it {
        [one] => one.sql.clone(),
        several => {
            let several: Vec<&str> = several.iter().map(|it| it.sql.as_str()).collect();
            format!("BEGIN; {}; COMMIT", several.join("; "))
        }
    };
    together.map(text).collect()
}

async fn run(database: &mut Database, statements: &[String]) -> Result<()> {
    for sql in statements {
        database.run(sql).await.map_err(|it| it.note(format!("statement: {sql}")))?;
    }
    Ok(())
}

/// All of a plan, as its file runs.
async fn run_all(database: &mut Database, plan: &Plan) -> Result<()> {
    let statements = statements(plan);
    if !plan.is_transactional() {
        return run(database, &statements).await;
    }
    database.run("BEGIN").await?;
    run(database, &statements).await?;
    database.run("COMMIT").await
}

async fn compare(database: &mut Database, wanted: &Catalog, message: &str) -> Result<()> {
    let reached = Rules::default().apply(introspect_ours(database).await?).0;
    engine::compare(&reached, wanted, message)
}

/// Stops each part of a change everywhere it can stop.
async fn stopped_everywhere(shadow: &mut Shadow, before: &Path, after: &Path) -> Result<()> {
    let proven = case::prove_keeping(shadow, before, after, Limit::Always, Some(1)).await?;
    let mut database = shadow.create("half_way").await?;
    source::load(&source::read(before)?, &mut database).await?;
    for Part { up, down, from, to, .. } in &proven.parts {
        let (there, back) = (statements(up), statements(down));
        for done in (0..there.len()).filter(|_| !up.is_transactional()) {
            run(&mut database, &there[..done]).await?;
            run_all(&mut database, down).await.map_err(|it| it.within(format!("the rollback after {done} statements")))?;
            compare(&mut database, from, &format!("the rollback after {done} statements leads elsewhere")).await?;
        }
        // What shares a transaction elsewhere cannot be done twice: there the runner goes on where it stopped.
        let again = !down.is_transactional() && down.steps.iter().all(|it| it.step.company != Company::Shared);
        for done in (0..back.len()).filter(|_| again) {
            run_all(&mut database, up).await?;
            run(&mut database, &back[..done]).await?;
            run_all(&mut database, down)
                .await
                .map_err(|it| it.within(format!("the rollback once more after {done} statements")))?;
            compare(&mut database, from, &format!("the rollback, once more after {done} statements, leads elsewhere")).await?;
        }
        run_all(&mut database, up).await?;
        compare(&mut database, to, "the migration leads elsewhere after all that").await?;
    }
    database.close().await
}

#[test]
fn a_rollback_undoes_what_stopped_half_way() {
    let server = server().expect("a server");
    let mut failures = Vec::new();
    for folder in large() {
        let (before, after) = (folder.join("before.sql"), folder.join("after.sql"));
        for (from, to) in [(&before, &after), (&after, &before)] {
            let result = RUNTIME.block_on(async { stopped_everywhere(&mut *server.lock().await, from, to).await });
            failures.extend(result.err().map(|it| format!("{}: {it}", from.display())));
        }
    }
    assert!(failures.is_empty(), "{} failed\n\n{}", failures.len(), failures.join("\n\n"));
}
