//! The folder of SQL that declares the desired state: read into statements with file and line, put in an order that
//! loads, and loaded.
//!
//! A folder holds declarations, in any layout and any order of files; a dump of pg_dump is accepted as it is. Data is
//! skipped and counted, what belongs to the cluster is noted and stubbed, code is refused. Within a file the order of
//! statements holds unless a dependency demands another.

mod blocks;
mod bodies;
mod checks;
mod declared;
mod explain;
mod expression;
mod file;
mod folder;
mod foreign_keys;
mod given;
mod hints;
mod late;
pub(crate) mod lexer;
mod load;
pub(crate) mod names;
mod needs;
mod objects;
mod order;
pub(crate) mod place;
mod psql;
mod rewrite;
mod settings;
pub(crate) mod since;
pub(crate) mod split;
pub(crate) mod syntax;
pub(crate) mod tree;
mod verdict;

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

pub use checks::{Check, checks, hinted_checks};
pub use declared::{Spot, hinted};
pub(crate) use expression::is_expression;
pub(crate) use given::words;
pub(crate) use late::{is_late, quoted_at};
pub use load::load;

use crate::error::{Error, Place, Result};

/// What a folder or a file declares.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// What is loaded, in the order it is written: files by name, statements as they stand.
    pub statements: Vec<Statement>,
    /// What is not loaded.
    pub skipped: Vec<Skipped>,
    /// Roles that statements name.
    pub roles: BTreeSet<String>,
    /// Those among them that own what only a superuser can own: event triggers.
    pub superusers: BTreeSet<String>,
    /// Tablespaces that statements name.
    pub tablespaces: BTreeSet<String>,
    /// Extensions whose version is stated: `CREATE EXTENSION … VERSION '1.2'`.
    pub pinned_extensions: BTreeSet<String>,
    /// Comments that speak to this program: `-- schemagen: …`.
    pub hints: Vec<Hint>,
}

/// A statement that declares something.
#[derive(Debug, Clone)]
pub struct Statement {
    /// As it is written, without the semicolon.
    pub sql: String,
    /// Where its first token stands.
    pub place: Place,
    /// The number of its file in the order of reading.
    file: usize,
    /// What is sent in place of `sql`, when it cannot be sent as it is.
    sent: Option<String>,
    settings: Arc<settings::Settings>,
    names: names::Names,
    /// It is a routine with a body in a string, to be checked when all is loaded.
    has_body: bool,
    /// What it asks of the server's version.
    since: Vec<since::Since>,
    /// It is not of the folder: where it does not load, nothing needs it.
    is_given: bool,
}

/// Statements of one kind in one file that are not loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// `INSERT`, `CREATE ROLE`
    pub what: &'static str,
    /// Why they are not.
    pub reason: Reason,
    /// How many there are.
    pub count: usize,
    /// Where the first stands.
    pub place: Place,
}

impl fmt::Display for Skipped {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Skipped { what, reason, count, place } = self;
        let times = if *count == 1 { String::new() } else { format!(" ({count} of them)") };
        let why = match reason {
            Reason::Data => "it is about rows, not about the schema",
            Reason::Cluster => "it is about the whole cluster",
            Reason::Session => "it has no effect beyond its session",
            Reason::Elsewhere => "what follows is taken for the database that is compared",
            Reason::User => "what follows belongs to who runs migrations, where it does not say its owner",
        };
        write!(out, "{what} at {}:{}{times} was skipped: {why}", place.file, place.line)
    }
}

/// Why a statement is not loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It is about rows, not about the schema.
    Data,
    /// It is about the whole cluster: roles, databases, tablespaces.
    Cluster,
    /// It has an effect on its session only, or on nothing.
    Session,
    /// It leads psql to a database by name.
    Elsewhere,
    /// It leads psql to act as another user.
    User,
}

/// A comment that speaks to this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// What it says after `schemagen:`, trimmed.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// What it stands above (or behind, on the same line); nothing at the end of a file.
    pub above: Option<Above>,
}

/// What a hint speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Above {
    /// The number of the statement in [`Source::statements`].
    pub statement: usize,
    /// The kind of object, as in an id: `table`, `column`, `function`; empty for a statement that makes none.
    pub kind: String,
    /// Its names from the outermost in: schema, table, column. A routine's is without its arguments.
    pub path: Vec<String>,
}

/// Deeply nested expressions recurse deeply, in libpg_query and here.
const STACK: usize = 512 << 20;

/// Reads a folder or a file. Fails at file and line on what is no SQL and on what runs code.
pub fn read(path: &Path) -> Result<Source> {
    deeply(|| folder::read(path))
}

/// The roles that statements name; a statement that does not parse names none.
pub fn roles<'a>(statements: impl IntoIterator<Item = &'a str> + Send) -> Result<BTreeSet<String>> {
    deeply(|| {
        let parsed = statements.into_iter().filter_map(|it| syntax::parse(it, false).ok().flatten());
        Ok(parsed.flat_map(|it| file::roles(&it)).collect())
    })
}

/// A statement as an older PostgreSQL prints it, so that newer ones read it too.
pub(crate) fn readable(sql: &str) -> String {
    let read = deeply(|| Ok(syntax::read(sql, false).ok().map(|it| it.0.into_owned())));
    read.ok().flatten().unwrap_or_else(|| sql.to_owned())
}

/// Does work that recurses deeply.
pub(crate) fn deeply<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)?;
        thread.join().map_err(|_| Error::internal("the reader of the schema folder panicked"))?
    })
}

impl Statement {
    /// What is sent to the server.
    fn sent(&self) -> &str {
        self.sent.as_deref().unwrap_or(&self.sql)
    }

    /// Whether it is sent without the rows that it asks for.
    fn is_emptied(&self) -> bool {
        self.sent.as_ref().is_some_and(|it| it.ends_with(rewrite::NO_DATA))
    }

    /// The relations it creates, qualified as the server would.
    fn created(&self) -> impl Iterator<Item = String> {
        let first = self.settings.path().first();
        let relations = self.names.creates.iter().filter(|it| it.space == names::Space::Relation);
        relations.map(move |it| {
            let path: Vec<&String> = it.schema.as_ref().or(first).into_iter().chain([&it.name]).collect();
            crate::sql::path(&path)
        })
    }

    /// The place of a byte of it.
    fn place(&self, offset: usize) -> Place {
        place::inside(&self.place, &self.sql, offset.min(self.sql.len()))
    }
}

/// The text with some bytes blanked out: every other byte stays where it is.
pub(crate) fn blank(text: &str, ranges: &[Range<usize>]) -> String {
    let mut result = text.to_owned();
    for range in ranges {
        result.replace_range(range.clone(), &" ".repeat(range.len()));
    }
    result
}
