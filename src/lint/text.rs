//! A file as statements with their parse trees, and the comments between them.

use std::ops::Range;

use pg_query::protobuf::TransactionStmtKind;

use super::statement::Statement;
use super::{File, Hit, Role};
use crate::script;
use crate::source::split::{Piece, split};
use crate::source::syntax;

/// A file, read.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) role: Role,
    /// Whether all of it is one transaction.
    pub(super) transactional: bool,
    /// Whether names without a schema may be of another one than `public`.
    pub(super) sets_path: bool,
    pub(super) statements: Vec<Statement>,
    /// What is no SQL; offsets are the file's.
    pub(super) wrong: Vec<Hit>,
    /// The comments that go to the end of their line.
    pub(super) comments: Vec<Range<usize>>,
}

impl Text {
    /// Reads it.
    pub(super) fn read(file: &File) -> Text {
        let text = script::normalized(&file.text);
        let pieces = split(&text);
        let (mut statements, mut wrong) = (Vec::new(), Vec::new());
        for piece in pieces.pieces {
            match piece {
                Piece::Statement(range) => match syntax::read(&text[range.clone()], false) {
                    Ok((_, node)) => statements.extend(node.map(|it| Statement::new(&text[range.clone()], range.start, &it))),
                    Err(it) => wrong.push(Hit { offset: range.start + it.offset, message: it.message, help: it.help }),
                },
                Piece::Command(it) => {
                    wrong.push(Hit::new(
                        it.start,
                        "this is a command of psql, not SQL",
                        "take it out: no other program knows it",
                    ));
                }
                Piece::Open(it) => wrong.push(Hit::new(it.start, "what is opened here has no end", "close the quote or comment")),
            }
        }
        let transactional = script::is_transactional(&text);
        let sets = |it: &Statement| it.node().name == "VariableSetStmt" && it.node().text("name") == "search_path";
        let sets_path = statements.iter().any(sets);
        let name = file.name.clone();
        Text { name, transactional, sets_path, statements, wrong, comments: pieces.comments, role: file.role, text }
    }

    /// The statements of the transaction that one of them is part of; nothing of one that is committed by itself.
    pub(super) fn transaction(&self, number: usize) -> Option<Range<usize>> {
        if self.transactional {
            return Some(0..self.statements.len());
        }
        let is = |place: &usize, word: &str| self.statements.get(*place).and_then(control) == Some(word);
        let is_edge = |place: &usize| is(place, "BEGIN") || is(place, "COMMIT");
        let first = if is(&number, "COMMIT") { number } else { number + 1 };
        let start = (0..first).rfind(is_edge).filter(|it| is(it, "BEGIN"))?;
        let end = (start + 1..self.statements.len()).find(is_edge).filter(|it| is(it, "COMMIT"))?;
        Some(start..end + 1)
    }
}

/// What a statement that controls transactions does, in one word.
pub(super) fn control(statement: &Statement) -> Option<&'static str> {
    let node = Some(statement.node()).filter(|it| it.name == "TransactionStmt")?;
    let kind = TransactionStmtKind::try_from(i32::try_from(node.integer("kind")).ok()?).ok()?;
    Some(match kind {
        TransactionStmtKind::TransStmtBegin | TransactionStmtKind::TransStmtStart => "BEGIN",
        TransactionStmtKind::TransStmtCommit => "COMMIT",
        TransactionStmtKind::TransStmtSavepoint
        | TransactionStmtKind::TransStmtRelease
        | TransactionStmtKind::TransStmtRollbackTo => "SAVEPOINT",
        _ => "ROLLBACK",
    })
}
