//! A file as statements with their parse trees, and the comments between them.

use std::ops::Range;

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
}
