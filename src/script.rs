//! A migration or rollback as statements, each with its place in its file, and how they are run.
//!
//! The proof on the clone and `apply` on the live database run the same function.

use crate::error::{Error, Place, Result};

pub use backfill::{Backfill, Batches, By, ROWS};
pub use pace::{Limits, Pace};
pub use run::{Record, Terms, run, run_with};
use syntax::{Nature, Piece};
pub use walk::Walked;
pub(crate) use walk::walk_alone;
use walk::{Company, walk};

mod backfill;
mod blocks;
mod failed;
mod leftovers;
mod pace;
mod run;
mod syntax;
mod waiting;
mod walk;

/// The line that takes a file out of its transaction, when it stands among the comments at the top.
pub const NO_TRANSACTION: &str = "-- schemagen: no-transaction";

/// A file of SQL, ready to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its path, as the user would write it.
    pub file: String,
    /// What it does, in order; comments between statements are left out.
    pub statements: Vec<ScriptStatement>,
    /// Whether all of it is one transaction.
    pub transactional: bool,
}

/// One statement, without the closing semicolon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptStatement {
    /// Its text as it stands in the file.
    pub sql: String,
    /// The line it begins on, counted from 1.
    pub line: usize,
    /// What stands before it on that line.
    pub lead: String,
    /// It waits for other transactions (`CONCURRENTLY`); stopped half way it leaves something behind.
    pub concurrent: bool,
    /// It can be committed together with the note that it is done.
    pub shares: bool,
    /// It sets `lock_timeout`, so that we must not.
    pub sets_lock_timeout: bool,
    /// It sets something for the statements after it, and for nothing else.
    pub is_setting: bool,
    /// It runs in batches, each committed by itself.
    pub backfill: Option<Backfill>,
    /// The transaction block that it stands in, where the file as a whole is none; counted from 0.
    pub block: Option<usize>,
}

impl Script {
    /// Takes the text apart. `BEGIN` at the start with `COMMIT` at the end is left out, as the file is one transaction anyway. Where it
    /// is none, what stands between `BEGIN` and `COMMIT` is a block. Any other statement that begins or ends a transaction is refused.
    pub fn parse(file: &str, text: &str) -> Result<Script> {
        let text = &syntax::readable(normalized(text));
        let transactional = is_transactional(text);
        let mut pieces = syntax::split(file, text)?;
        let wrapped = matches!(pieces.first(), Some(Piece { nature: Nature::Begin, .. }))
            && matches!(pieces.last(), Some(Piece { nature: Nature::Commit, .. }));
        if transactional && wrapped && pieces.len() > 1 {
            pieces.pop();
            pieces.remove(0);
        }
        let mut statements: Vec<ScriptStatement> = pieces.iter().map(|it| statement(text, it)).collect();
        let mut end = 0;
        for (piece, statement) in pieces.iter().zip(&mut statements) {
            let above = &text[end..piece.offset];
            end = piece.offset + piece.sql.len();
            let found = directive(above, piece.sql, transactional).map_err(|it| it.at(statement.place(file, 1)))?;
            statement.backfill = found;
        }
        let natures: Vec<Nature> = pieces.iter().map(|it| it.nature).collect();
        let statements =
            if transactional { blocks::none(file, statements, &natures) } else { blocks::numbered(file, statements, &natures) }?;
        Ok(Script { file: file.to_owned(), statements, transactional })
    }
}

impl ScriptStatement {
    /// Where a character of the statement, counted from 1, stands in its file.
    pub fn place(&self, file: &str, position: usize) -> Place {
        let offset = self.sql.char_indices().nth(position.saturating_sub(1)).map_or(self.sql.len(), |it| it.0);
        let before = &self.sql[..offset];
        let start = before.rfind('\n').map_or(0, |it| it + 1);
        let lead = if start == 0 { self.lead.as_str() } else { "" };
        let column = lead.chars().count() + before[start..].chars().count() + 1;
        let text = format!("{lead}{}", self.sql[start..].lines().next().unwrap_or_default());
        syntax::window(Place { file: file.to_owned(), line: self.line + before.matches('\n').count(), column, text })
    }

    /// Its first line, for progress.
    pub fn summary(&self) -> String {
        let line = self.sql.lines().next().unwrap_or_default().trim_end();
        let mut short: String = line.chars().take(100).collect();
        if short.len() < self.sql.len() {
            short.push_str(" …");
        }
        short
    }
}

/// What the comments above a statement say of how it runs.
fn directive(above: &str, sql: &str, transactional: bool) -> Result<Option<Backfill>> {
    let comments =
        above.lines().filter_map(|it| it.trim().strip_prefix("--")).filter_map(|it| it.trim().strip_prefix("schemagen:"));
    for said in comments {
        if let Some(batches) = Batches::parse(said)? {
            if transactional {
                let error = Error::new("a backfill in a migration that is one transaction: its batches could not be committed");
                return Err(
                    error.help(format!("put {NO_TRANSACTION:?} in the first line, or move it into a migration of its own"))
                );
            }
            return Backfill::of(batches, sql).map(Some);
        }
    }
    Ok(None)
}

/// A text as it is compared and run: no byte-order mark, lines end in LF.
pub fn normalized(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n")
}

/// Whether a file runs as one transaction: nothing among the comments at its top says otherwise.
pub fn is_transactional(text: &str) -> bool {
    let squeezed = |it: &str| it.split_whitespace().collect::<String>();
    !header(text).any(|it| squeezed(it) == squeezed(NO_TRANSACTION))
}

/// The comment lines that a file begins with.
pub fn header(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    lines.take_while(|it| it.is_empty() || it.starts_with("--")).filter(|it| !it.is_empty())
}

fn statement(text: &str, piece: &Piece<'_>) -> ScriptStatement {
    let before = &text[..piece.offset];
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    ScriptStatement {
        sql: piece.sql.to_owned(),
        line: before.matches('\n').count() + 1,
        lead: before[start..].to_owned(),
        concurrent: piece.nature == Nature::Concurrent,
        shares: piece.nature == Nature::Plain,
        sets_lock_timeout: piece.nature == Nature::LockTimeout,
        is_setting: matches!(piece.nature, Nature::LockTimeout | Nature::Setting),
        backfill: None,
        block: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_know_their_lines_and_lose_the_comments_between_them() {
        let text = "-- título\n/* a; */ SELECT 1; -- ß\n\n  SELECT\n 'é', x; /* end */\n";
        let script = Script::parse("f.sql", text).unwrap();
        let found: Vec<(&str, usize)> = script.statements.iter().map(|it| (it.sql.as_str(), it.line)).collect();
        assert_eq!(found, [("SELECT 1", 2), ("SELECT\n 'é', x", 4)]);
        let place = script.statements[1].place("f.sql", 14);
        assert_eq!((place.line, place.column, place.text.as_str()), (5, 7, " 'é', x"));
        assert_eq!(script.statements[0].place("f.sql", 1).column, 10);
    }

    #[test]
    fn bodies_are_not_cut() {
        let text = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;\nDO $$ BEGIN COMMIT; END $$;";
        assert_eq!(Script::parse("f", text).unwrap().statements.len(), 2);
        assert_eq!(Script::parse("f", "-- nothing\n").unwrap().statements, []);
    }

    #[test]
    fn a_transaction_around_the_file_is_left_out_and_any_other_refused() {
        assert_eq!(Script::parse("f", "BEGIN;\r\nSELECT 1;\r\nCOMMIT;").unwrap().statements.len(), 1);
        assert_eq!(Script::parse("f", "SAVEPOINT a; ROLLBACK TO a; PREPARE x AS SELECT 1").unwrap().statements.len(), 3);
        for text in
            ["SELECT 1; COMMIT; SELECT 2", "BEGIN; SELECT 1", "ROLLBACK", "PREPARE TRANSACTION 'x'", "END", "COMMIT PREPARED 'x'"]
        {
            let error = Script::parse("f", text).unwrap_err();
            assert!(error.message.contains("one transaction by itself"), "{text}: {error}");
        }
    }

    #[test]
    fn the_directive_counts_among_the_first_comments_only() {
        assert!(!is_transactional("-- Migration 1\n\n--schemagen:no-transaction\nSELECT 1"));
        assert!(is_transactional("SELECT 1;\n-- schemagen: no-transaction\n"));
    }

    #[test]
    fn a_backfill_is_an_update_with_a_line_above_it() {
        let text = "-- schemagen: no-transaction\nSELECT 1;\n-- why\n-- schemagen: backfill by id\nUPDATE t SET a = 1;\nUPDATE t SET b = 1";
        let script = Script::parse("f", text).unwrap();
        let found: Vec<bool> = script.statements.iter().map(|it| it.backfill.is_some()).collect();
        assert_eq!(found, [false, true, false]);
        for (text, words) in [
            ("-- schemagen: backfill\nUPDATE t SET a = 1", "one transaction"),
            ("-- schemagen: no-transaction\n-- schemagen: backfill\nSELECT 1", "is an UPDATE"),
            ("-- schemagen: no-transaction\n-- schemagen: backfill id\nUPDATE t SET a = 1", "not understood"),
        ] {
            let error = Script::parse("f", text).unwrap_err();
            assert!(error.to_string().contains(words) && error.place.is_some(), "{text}: {error}");
        }
    }

    #[test]
    fn syntax_errors_have_a_place() {
        for (text, line, column, shown) in [
            ("SELECT 1;\nCREATE TABLEE t (id int);\nSELECT 2;", 2, 8, "CREATE TABLEE t (id int);"),
            ("SELECT 1;\n\n  CREATE TABLE é (a int,\n b int,\n);", 5, 1, ");"),
            ("SELECT 1;\nSELECT (", 2, 9, "SELECT ("),
            ("SELECT 1;\nSELECT 'open\n;", 2, 8, "SELECT 'open"),
            ("SELECT 1;\n\\restrict x\nSELECT 2;", 2, 1, "\\restrict x"),
            ("SELECT 1;\nCOPY t (a) FROM stdin;\n1\n2\n\\.\n", 3, 1, "1"),
        ] {
            let place = Script::parse("f", text).unwrap_err().place.unwrap();
            assert_eq!((place.line, place.column, place.text.as_str()), (line, column, shown), "{text}");
        }
        let copied = Script::parse("f", "COPY t (a) FROM stdin;\n1\n\\.\n").unwrap_err();
        assert!(copied.help.is_some_and(|it| it.contains("INSERT")));
    }
}
