//! The words in which a kind speaks to the stages: verbs, steps, and what it may look at while it writes them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::{Reading, Round, Verb, nested};
use crate::catalog::{Catalog, Id, Object};
use crate::hazard::Hazard;
use crate::script::Batches;
use crate::sizes::Sizes;

/// One statement of a migration, without the closing semicolon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it says.
    pub sql: Sql,
    /// What it risks.
    pub hazards: Vec<Hazard>,
    /// With which others it may share a transaction.
    pub company: Company,
    /// It is an `UPDATE` that runs in batches.
    pub batches: Option<Batches>,
    /// Alone, it shares its statement with neighbours of the same round.
    pub round: Option<Round>,
}

/// With which others a statement may share a transaction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Company {
    /// It is done together with others, or not at all.
    #[default]
    Shared,
    /// It means the same alone and together with others.
    Any,
    /// It must be committed by itself: inside a transaction it cannot run (`CONCURRENTLY`), or would keep locks that others took.
    Alone,
}

impl Company {
    /// That of statements that stay together: one that must be alone makes them all run one by one.
    pub fn of(all: impl IntoIterator<Item = Company>) -> Company {
        all.into_iter().fold(Company::Any, |sum, it| match (sum, it) {
            (Company::Alone, _) | (_, Company::Alone) => Company::Alone,
            (Company::Any, Company::Any) => Company::Any,
            _ => Company::Shared,
        })
    }
}

/// The text of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sql {
    /// A whole statement.
    Statement(String),
    /// A clause of `ALTER TABLE`: neighbours with the same head are merged into one statement.
    Clause {
        /// `ALTER TABLE public.devices`
        head: String,
        /// `ADD COLUMN location text`
        clause: String,
    },
}

impl Sql {
    /// The statement as it would stand alone.
    pub fn text(&self) -> String {
        match self {
            Sql::Statement(sql) => sql.clone(),
            Sql::Clause { head, clause } => format!("{head} {clause}"),
        }
    }
}

impl Step {
    /// A whole statement.
    pub fn new(sql: impl Into<String>) -> Step {
        Step {
            sql: Sql::Statement(nested::kept(sql.into())),
            hazards: Vec::new(),
            company: Company::Shared,
            batches: None,
            round: None,
        }
    }

    /// A clause that may share its statement with its neighbours.
    pub fn clause(head: impl Into<String>, clause: impl Into<String>) -> Step {
        let sql = Sql::Clause { head: head.into(), clause: nested::kept(clause.into()) };
        Step { sql, hazards: Vec::new(), company: Company::Shared, batches: None, round: None }
    }

    /// An `UPDATE` that goes through its table in batches, each committed by itself.
    pub fn backfill(update: impl Into<String>, batches: Batches) -> Step {
        Step { batches: Some(batches), ..Step::new(update).alone() }
    }

    /// The same step, committed by itself.
    #[must_use]
    pub fn alone(self) -> Step {
        Step { company: Company::Alone, ..self }
    }

    /// The same step where it means the same alone and together with others.
    #[must_use]
    pub fn anywhere(self) -> Step {
        Step { company: Company::Any, ..self }
    }

    /// Whether it only stops the migration where something is not as it must be.
    pub fn asserts(&self) -> bool {
        self.hazards.iter().any(|it| matches!(it, Hazard::Asserts(_)))
    }

    /// The same step with a risk.
    #[must_use]
    pub fn risks(mut self, hazard: Hazard) -> Step {
        self.hazards.push(hazard);
        self
    }
}

/// How an object gets from one state to the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alteration {
    /// In place, by these statements (none: the difference needs no statement of its own).
    Steps(Vec<Step>),
    /// Only by dropping and creating it again, with all that depends on it.
    Rebuild,
}

/// What stands in an object's place while it and others need each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stub {
    /// The object without what it needs the others for; altered in place it becomes the whole.
    pub object: Object,
    /// What it still needs.
    pub needs: BTreeSet<Id>,
}

/// How what goes with an object is kept and brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Before anything is dropped.
    pub save: Vec<Step>,
    /// In the rollback.
    pub restore: Vec<Step>,
    /// The objects whose steps the restoring follows.
    pub after: Vec<Id>,
    /// What is brought back can be used only where its type is made anew: an enum's label after a commit.
    pub anew: bool,
    /// It is kept before anything is done, not just before its own change.
    pub early: bool,
    /// What the copy is taken from, where it may also be kept by the rollback of what brought it.
    pub source: Option<Source>,
    /// The columns whose values are replaced.
    pub replaces: Vec<Id>,
    /// Where it is taken in a file before, as many rows are copied: what that file does.
    pub ahead: Option<Ahead>,
    /// What takes its place in the migration, and how that goes on where it stood.
    pub heir: Option<(Id, Step)>,
}

/// What is done to keep values before the file in which they go, while others write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    /// What notes what is written meanwhile.
    pub trigger: Id,
    /// What keeps them, each statement committed by itself.
    pub keep: Vec<Step>,
    /// What takes that away, at the end of its rollback.
    pub undo: Vec<Step>,
}

/// What a copy is taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The table, by schema and name.
    pub table: Vec<String>,
    /// The columns that are kept, where not the whole table is: they may not be there after a stop half way.
    pub columns: Vec<String>,
    /// The query.
    pub select: String,
    /// That a row of it holds something that was written; empty where every row does.
    pub written: String,
    /// What it risks where some rows may be hidden from who copies them.
    pub hidden: Option<Hazard>,
}

/// A question to the rows that are there before a change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DataCheck {
    /// What rows may stand against: `NOT NULL of public.users.email`.
    pub what: String,
    /// A query of one text column that names each of them.
    pub query: String,
    /// What to do about them.
    pub help: String,
    /// The same asked row by row, where the query may fail for one of them; see [`crate::conversions`].
    #[serde(skip)]
    pub by_row: Option<String>,
}

/// What shows something of a table's rows for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The table.
    pub table: Id,
    /// The check.
    pub check: Id,
    /// What adds it, in an `ALTER TABLE`.
    pub clause: String,
    /// What it is told that it is there for.
    pub told: &'static str,
}

/// Statistics that are no longer there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The table that they are of.
    pub table: Id,
    /// The column; none where what depends on it (an expression, several columns) has lost its own, too.
    pub column: Option<String>,
}

/// What a hint says of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// This, for an attribute that is information (`_name`).
    Attribute(&'static str, Value),
    /// What it asks for is there already.
    Spent,
    /// It speaks of something else.
    Nothing,
}

/// In what an object that goes and one that comes are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// In a few words: `both text NOT NULL`.
    pub words: String,
    /// How much so.
    pub degree: Degree,
}

/// How much two objects are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Degree {
    /// Nothing but the name differs.
    Exact,
    /// Most is the same.
    Partial,
    /// The new one demands more: it may be the old one only if live rows satisfy that.
    IfRowsFit,
}

/// A child whose definition stands inside its parent's `CREATE`.
#[derive(Debug, Clone)]
pub struct Folded<'a> {
    /// The child.
    pub object: &'a Object,
    /// Its text inside the parent: `id bigint NOT NULL`, `CONSTRAINT x CHECK (...)`.
    pub sql: String,
}

/// What a kind may look at while it writes its statements.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The state before.
    pub from: &'a Catalog,
    /// The state after.
    pub to: &'a Catalog,
    /// What happens to each changed object.
    pub changes: &'a BTreeMap<Id, Verb>,
    /// The server both states live on.
    pub server: &'a Server,
    /// How large the tables are.
    pub sizes: &'a Sizes,
    /// Write `IF EXISTS`: a rollback must also undo a migration that stopped half way.
    pub tolerant: bool,
    /// Write nothing that can be used only after a commit.
    pub one_transaction: bool,
    /// How the live rows that are asked about are read.
    pub reading: Reading<'a>,
}

/// What a script is written for.
#[derive(Debug, Clone, Copy)]
pub struct Conditions<'a> {
    /// The server it runs on.
    pub server: &'a Server,
    /// How large the tables there are.
    pub sizes: &'a Sizes,
    /// How it is written.
    pub manner: Manner,
    /// How the live rows that are asked about are read.
    pub reading: Reading<'a>,
}

impl Conditions<'_> {
    /// A database that nobody but us works on, and that has no rows.
    pub fn ours(server: &Server) -> Conditions<'_> {
        static EMPTY: Sizes = Sizes::empty();
        Conditions { server, sizes: &EMPTY, manner: Manner::Strict, reading: Reading::default() }
    }
}

/// How a script is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// A migration: it fails where something is not as expected.
    Strict,
    /// A rollback: it also undoes a migration that stopped half way.
    Tolerant,
    /// A rollback that uses a label it brings back: the whole type is made anew.
    OneTransaction,
}

impl Context<'_> {
    /// `IF EXISTS ` in a tolerant script, else nothing.
    pub fn if_exists(&self) -> &'static str {
        if self.tolerant { "IF EXISTS " } else { "" }
    }

    /// Whether the object comes into being in this migration (a rebuild counts).
    pub fn is_created(&self, id: &Id) -> bool {
        self.changes.get(id).is_some_and(|it| it.comes())
    }

    /// Whether a table or materialized view stands and is large: what would hold it up for long takes another form.
    pub fn is_large(&self, table: &Id) -> bool {
        let stands = |it: &Object| it.attrs.get("server").is_none();
        !self.is_created(table)
            && !self.is_dropped(table)
            && self.from.get(table).is_some_and(stands)
            && self.sizes.is_large(table)
    }

    /// Whether the object goes in this migration (a rebuild counts).
    pub fn is_dropped(&self, id: &Id) -> bool {
        self.changes.get(id).is_some_and(|it| it.goes())
    }
}

/// Facts about a server that a kind needs to write correct statements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Server {
    /// Major version, 14 to 18.
    pub major: u32,
    /// The role that runs the migration: new objects belong to it.
    pub role: String,
    /// Pairs (source, target) of type names, as `format_type` prints them, with a cast that assignment applies.
    pub assignment_casts: BTreeSet<(String, String)>,
    /// Pairs (source, target) of type names with any cast, explicit ones too.
    pub casts: BTreeSet<(String, String)>,
    /// How it reads dates and times that do not say it themselves: `TimeZone`, `DateStyle`, `IntervalStyle` where they are set for
    /// the database, the role or the server.
    pub reading: BTreeMap<String, String>,
}

/// Takes an attribute over from another object, or leaves it out where the other has none.
pub(super) fn take(object: &mut Object, from: &Object, attr: &str) {
    let Some(attrs) = object.attrs.as_object_mut() else { return };
    match from.attrs.get(attr) {
        Some(value) => attrs.insert(attr.to_owned(), value.clone()),
        None => attrs.remove(attr),
    };
}

/// Where a kind's statements stand among others that are equally ready, first to last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Schemas, extensions, languages.
    Container,
    /// Types, collations, operators, text search.
    Type,
    /// Functions, procedures, aggregates.
    Routine,
    /// Foreign data wrappers, servers.
    Foreign,
    /// Tables and all that stands on one of them.
    Relation,
    /// What ties relations together: partitions and their indexes.
    Between,
    /// Foreign keys: they need complete keys on both sides.
    Reference,
    /// Views: whoever reads one locks it before what it reads, so it goes before that is locked.
    View,
    /// Publications, event triggers, default privileges: last.
    Last,
}
