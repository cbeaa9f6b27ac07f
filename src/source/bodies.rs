//! Checks bodies of routines when everything is loaded: when they were made, what they refer to was not there yet. A body
//! that was right when it was made is not looked at again, as in psql.

use super::Statement;
use super::lexer::Lexer;
use super::load::Loader;
use crate::error::{Error, Result};

/// Makes each such routine once more, in a transaction that is rolled back, and lets the server read its body.
/// Files that turn `check_function_bodies` off, as pg_dump does, are trusted.
pub(super) async fn check(loader: &mut Loader<'_>) -> Result<()> {
    let plan = loader.plan;
    for number in std::mem::take(&mut loader.unchecked) {
        let statement = &plan.statements[number];
        loader.enter(&statement.settings).await?;
        let (replacing, added) = replacing(statement.sent());
        let before = "BEGIN;SET LOCAL check_function_bodies = on;";
        let result = loader.database.run_all(&format!("{before}{replacing};ROLLBACK")).await;
        let Err((_, mut error)) = result else { continue };
        loader.database.run("ROLLBACK").await?;
        if is_about_body(&error) {
            error.position = error.position.and_then(|it| it.checked_sub(before.len() + added));
            let place = statement.place_of(error.position);
            return Err(error.at(place));
        }
    }
    Ok(())
}

/// A routine may have been dropped, or replaced by another, later in the source: that is no fault of its body.
fn is_about_body(error: &Error) -> bool {
    let code = error.sqlstate.as_deref().unwrap_or_default();
    let is_clash = matches!(code, "42723" | "42501" | "42809") || error.message.starts_with("cannot change");
    code.starts_with("42") && !is_clash
}

/// The statement with `OR REPLACE`, and how many characters that added.
fn replacing(sql: &str) -> (String, usize) {
    const WORDS: &str = " OR REPLACE";
    let mut tokens = Lexer::new(sql);
    let create = tokens.next().map_or(0, |it| it.range.end);
    let is_there = tokens.next().is_some_and(|it| sql[it.range].eq_ignore_ascii_case("or"));
    if is_there { (sql.to_owned(), 0) } else { (format!("{}{WORDS}{}", &sql[..create], &sql[create..]), WORDS.len()) }
}

impl Statement {
    /// The place of the character the server points at, or of the statement's start.
    pub(super) fn place_of(&self, position: Option<usize>) -> crate::error::Place {
        let is_aligned = self.sent().chars().zip(self.sql.chars()).all(|(sent, sql)| sent == sql || sent == ' ');
        let offset = position.filter(|_| is_aligned).and_then(|it| self.sql.char_indices().nth(it.checked_sub(1)?));
        offset.map_or_else(|| self.place.clone(), |it| self.place(it.0))
    }
}
