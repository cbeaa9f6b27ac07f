//! Statements that begin and end transactions: in a file that is one transaction there are none, in another they make blocks of what
//! stands between them.

use super::syntax::Nature;
use super::{NO_TRANSACTION, ScriptStatement};
use crate::error::{Error, Result};

/// The statements of a file that is one transaction: none of them may begin or end one.
pub(super) fn none(file: &str, statements: Vec<ScriptStatement>, natures: &[Nature]) -> Result<Vec<ScriptStatement>> {
    let ends = |it: &Nature| matches!(it, Nature::Begin | Nature::Commit | Nature::Transaction);
    let Some((statement, _)) = statements.iter().zip(natures).find(|it| ends(it.1)) else { return Ok(statements) };
    let error = Error::new(format!("{} inside a migration, which is one transaction by itself", word(statement)));
    let help = format!("take it out, or put {NO_TRANSACTION:?} in the first line and have each statement stand alone");
    Err(error.help(help).at(statement.place(file, 1)))
}

/// The statements of any other file without BEGIN and COMMIT, each with the number of the block that it stands in.
pub(super) fn numbered(file: &str, statements: Vec<ScriptStatement>, natures: &[Nature]) -> Result<Vec<ScriptStatement>> {
    let mut numbered = Vec::with_capacity(statements.len());
    let (mut open, mut count): (Option<ScriptStatement>, usize) = (None, 0);
    for (mut statement, nature) in statements.into_iter().zip(natures) {
        match (nature, &open) {
            (Nature::Begin, None) => open = Some(statement),
            (Nature::Commit, Some(_)) => (open, count) = (None, count + 1),
            _ => {
                if let Some((what, help)) = misplaced(&statement, *nature, open.as_ref()) {
                    return Err(Error::new(what).help(help).at(statement.place(file, 1)));
                }
                statement.block = open.is_some().then_some(count);
                numbered.push(statement);
            }
        }
    }
    match open {
        None => Ok(numbered),
        Some(it) => Err(Error::new("nothing ends this transaction block")
            .help("write COMMIT behind its last statement")
            .at(it.place(file, 1))),
    }
}

/// Why a statement may not stand where it stands, inside of a block or outside, and what to do.
fn misplaced(statement: &ScriptStatement, nature: Nature, open: Option<&ScriptStatement>) -> Option<(String, &'static str)> {
    let word = word(statement);
    match (nature, open) {
        (Nature::Begin, Some(open)) => Some((
            format!("{word} inside the transaction block that line {} begins", open.line),
            "write COMMIT before it, or take it out",
        )),
        (Nature::Commit, None) => {
            Some((format!("{word} without BEGIN"), "take it out, or write BEGIN before what belongs together"))
        }
        (Nature::Transaction, _) => Some((
            format!("{word} in a file whose statements run one by one"),
            "take it out: what belongs together stands between BEGIN and COMMIT",
        )),
        (Nature::Savepoint, None) => Some((
            format!("{word} in a file whose statements run one by one"),
            "take it out, or write BEGIN before it and COMMIT behind what belongs to it",
        )),
        (_, Some(_)) if statement.concurrent => {
            Some(("this cannot run inside of a transaction block".to_owned(), "move it before BEGIN or behind COMMIT"))
        }
        (_, Some(_)) if statement.backfill.is_some() => Some((
            "a backfill inside of a transaction block: its batches could not be committed".to_owned(),
            "move it before BEGIN or behind COMMIT",
        )),
        _ => None,
    }
}

fn word(statement: &ScriptStatement) -> String {
    statement.sql.split_whitespace().next().unwrap_or_default().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::super::Script;

    fn parsed(text: &str) -> crate::error::Result<Script> {
        Script::parse("f", &format!("-- schemagen: no-transaction\n{text}"))
    }

    #[test]
    fn what_stands_between_begin_and_commit_is_a_block() {
        let text = "SELECT 1; BEGIN; SELECT 2; SAVEPOINT a; COMMIT; START TRANSACTION; SELECT 3; END; BEGIN; COMMIT; SELECT 4";
        let blocks: Vec<_> = parsed(text).unwrap().statements.into_iter().map(|it| it.block).collect();
        assert_eq!(blocks, [None, Some(0), Some(0), Some(1), None]);
    }

    #[test]
    fn what_stands_in_the_wrong_place_is_refused_there() {
        for (text, line, words) in [
            ("BEGIN;\nBEGIN;\nCOMMIT;", 3, "line 2 begins"),
            ("SELECT 1;\nCOMMIT;", 3, "COMMIT without BEGIN"),
            ("BEGIN;\nSELECT 1;", 2, "nothing ends"),
            ("BEGIN;\nROLLBACK;", 3, "ROLLBACK in a file"),
            ("SAVEPOINT a;", 2, "SAVEPOINT in a file"),
            ("BEGIN;\nCREATE INDEX CONCURRENTLY i ON t (a);\nCOMMIT;", 3, "cannot run inside"),
            ("BEGIN;\n-- schemagen: backfill by id\nUPDATE t SET a = 1;\nCOMMIT;", 4, "batches"),
        ] {
            let error = parsed(text).unwrap_err();
            assert!(error.to_string().contains(words) && error.help.is_some(), "{text}: {error}");
            assert_eq!(error.place.unwrap().line, line, "{text}");
        }
    }
}
