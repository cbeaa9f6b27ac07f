//! Rows on a clone: what is seeded into tables of all sorts, and what a comparison says of changes.

mod comparing;
mod seeding;

use std::collections::BTreeSet;

use schemagen::database::Database;
use schemagen::rows::{self, Relation, Seeded};

use crate::support::server::{RUNTIME, server};

/// A fresh database in which `setup` has run, for one test.
fn on_a_database<F: AsyncFnOnce(&mut Database)>(setup: &str, test: F) {
    let server = server().expect("a server");
    RUNTIME.block_on(async {
        let mut shadow = server.lock().await;
        shadow.clear().await.expect("an empty server");
        let mut database = shadow.create("rows").await.expect("a database");
        database.run(setup).await.expect("the setup");
        test(&mut database).await;
        database.close().await.expect("the end");
    });
}

/// The tables of the public schema with these names.
fn tables(names: &[&str]) -> BTreeSet<Relation> {
    names.iter().map(|it| Relation::new("public", it)).collect()
}

/// Seeds one set of tables after `setup`, and gives what can be asked of it.
async fn seeded(database: &mut Database, names: &[&str]) -> Seeded {
    let seeded = rows::seed(database, &tables(names)).await.expect("seeding");
    database.run("SELECT 1").await.expect("a usable connection");
    seeded
}

/// The reasons that were given for a table.
fn reasons(seeded: &Seeded, name: &str) -> String {
    seeded.not_seeded.get(&Relation::new("public", name)).map(|it| it.join("; ")).unwrap_or_default()
}

/// How many rows a table got.
fn count(seeded: &Seeded, name: &str) -> usize {
    seeded.rows.get(&Relation::new("public", name)).copied().unwrap_or_default()
}

/// The answer to a question of yes or no.
async fn holds(database: &mut Database, condition: &str) -> bool {
    database.value(&format!("SELECT coalesce(({condition}), false)"), &[]).await.expect(condition)
}
