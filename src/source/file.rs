//! One file: its pieces judged, its settings followed, its statements kept.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pg_query::NodeEnum;
use pg_query::protobuf::{TransactionStmt, TransactionStmtKind, VariableSetStmt};

use super::names::Space;
use super::place::Lines;
use super::psql::{self, Connect};
use super::settings::{self, Settings};
use super::split::{Piece, split};
use super::tree::{Node, Tree};
use super::verdict::{Verdict, verdict};
use super::{Reason, Skipped, Source, Statement, blocks, folder, hints, names, rewrite, since, syntax};
use crate::error::{Error, Place, Result};

/// Reads files into one source.
pub(super) struct Reader {
    pub(super) source: Source,
    root: PathBuf,
    /// Files that are read by themselves, or are already read.
    known: BTreeSet<PathBuf>,
    files: usize,
    session: Session,
}

/// What holds from one statement of a file to the next.
#[derive(Default)]
struct Session {
    settings: Arc<Settings>,
    transaction: Option<Transaction>,
    /// The database that psql was connected to, and where; none where the file has not said any.
    database: Option<(String, Place)>,
    /// The one that what was kept so far is of.
    kept_in: Option<Option<String>>,
}

/// A transaction that is open: what holds again when it ends, and where its statements start.
struct Transaction {
    before: Arc<Settings>,
    /// The settings without what was set for this transaction only.
    lasting: Arc<Settings>,
    start: usize,
    savepoints: Vec<(String, usize)>,
}

impl Reader {
    pub(super) fn new(path: &Path, files: &[PathBuf]) -> Reader {
        let root = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new("")) };
        let known = if path.is_dir() { files.iter().map(|it| canonical(it)).collect() } else { BTreeSet::new() };
        Reader { source: Source::default(), root: root.to_owned(), known, files: 0, session: Session::default() }
    }

    /// Reads a file that stands by itself: no setting of another holds.
    pub(super) fn file(&mut self, path: &Path) -> Result<()> {
        self.session = Session::default();
        self.known.insert(canonical(path));
        self.files += 1;
        self.text(path)
    }

    fn text(&mut self, path: &Path) -> Result<()> {
        self.whole(&folder::text(path)?, path)
    }

    /// Reads the text of a file.
    pub(super) fn whole(&mut self, text: &str, path: &Path) -> Result<()> {
        let name = path.display().to_string();
        let lines = Lines::new(&name, text);
        let cut = split(text);
        let mut loaded: Vec<(usize, Range<usize>)> = Vec::new();
        for piece in cut.pieces {
            match piece {
                Piece::Statement(range) => {
                    let number = self.source.statements.len();
                    self.statement(&text[range.clone()], lines.place(range.start))?;
                    if self.source.statements.len() > number {
                        loaded.push((number, range));
                    }
                }
                Piece::Command(range) => self.command(&text[range.clone()], lines.place(range.start), path)?,
                Piece::Open(range) => return Err(open(&text[range.clone()]).at(lines.place(range.start))),
            }
        }
        let found = hints::hints(text, &lines, &cut.comments, &loaded, &self.source.statements);
        self.source.hints.extend(found);
        Ok(())
    }

    pub(super) fn statement(&mut self, sql: &str, place: Place) -> Result<()> {
        if let Some(what) = data(sql) {
            self.skip(what, Reason::Data, place);
            return Ok(());
        }
        let (sql, parsed) = syntax::read(sql, self.session.settings.escapes).map_err(|wrong| {
            let error = Error::new(wrong.message).at(super::place::inside(&place, sql, wrong.offset));
            if let Some(help) = wrong.help { error.help(help) } else { error }
        })?;
        let (Some(node), sql) = (parsed, &*sql) else { return Ok(()) };
        if let (NodeEnum::DoStmt(_), Some(declared)) = (&node, blocks::declared(sql)) {
            let inside = |offset| super::place::inside(&place, sql, offset);
            return declared.iter().try_for_each(|(offset, it)| self.statement(it, inside(*offset)));
        }
        match verdict(&node) {
            Verdict::Load => self.keep(sql, place, &node)?,
            Verdict::Skip(reason, what) => {
                self.source.roles.extend(roles(&node));
                self.skip(what, reason, place);
            }
            Verdict::Set => {
                if let NodeEnum::VariableSetStmt(it) = &node {
                    self.set(it, sql, &place);
                }
            }
            Verdict::Config { name, value, is_local } => {
                if name.eq_ignore_ascii_case("role") || name.eq_ignore_ascii_case("session_authorization") {
                    self.source.roles.insert(value.clone());
                }
                self.session.change(is_local, |it| it.set_config(&name, &value, &place));
            }
            Verdict::Transaction => {
                if let NodeEnum::TransactionStmt(it) = &node {
                    self.transaction(it);
                }
            }
            Verdict::Refuse(message) => {
                let help =
                    "write what it makes as plain CREATE statements; what must run belongs in a migration: `schemagen new`";
                return Err(Error::new(message).at(place).help(help));
            }
        }
        Ok(())
    }

    fn keep(&mut self, sql: &str, place: Place, node: &NodeEnum) -> Result<()> {
        self.same_database()?;
        let tree = Tree::of(node);
        let names = tree.node().map(names::names).unwrap_or_default();
        let sent = rewrite::sent(sql, node).map_err(|it| it.at(place.clone()))?;
        self.source.roles.extend(names.roles.iter().cloned());
        self.source.tablespaces.extend(names.tablespaces.iter().cloned());
        if let NodeEnum::CreateExtensionStmt(it) = node {
            let is_pinned = tree.node().is_some_and(|it| it.option("options", "new_version").is_some());
            self.source.pinned_extensions.extend(is_pinned.then(|| it.extname.clone()));
        }
        if tree.node().is_some_and(|it| it.name == "AlterOwnerStmt")
            && names.touches.iter().any(|it| it.space == Space::EventTrigger)
        {
            self.source.superusers.extend(names.roles.iter().cloned());
        }
        let settings = Arc::clone(&self.session.settings);
        let since = since::since(sql, &tree);
        let has_body = !settings.trusts_bodies && tree.node().is_some_and(has_body);
        self.source.statements.push(Statement {
            sql: sql.to_owned(),
            place,
            file: self.files,
            sent,
            settings,
            names,
            has_body,
            since,
            is_given: false,
        });
        Ok(())
    }

    fn skip(&mut self, what: &'static str, reason: Reason, place: Place) {
        let same = |it: &&mut Skipped| it.what == what && it.place.file == place.file;
        match self.source.skipped.iter_mut().find(same) {
            Some(it) => it.count += 1,
            None => self.source.skipped.push(Skipped { what, reason, count: 1, place }),
        }
    }

    fn set(&mut self, statement: &VariableSetStmt, sql: &str, place: &Place) {
        self.source.roles.extend(settings::named(statement, &["role", "session_authorization"]));
        self.source.tablespaces.extend(settings::named(statement, &["default_tablespace"]));
        self.session.change(statement.is_local, |it| it.set(statement, sql, place));
    }

    /// What a transaction does is kept when it commits; so a rollback takes its statements back.
    fn transaction(&mut self, statement: &TransactionStmt) {
        let end = self.source.statements.len();
        match (TransactionStmtKind::try_from(statement.kind), &mut self.session.transaction) {
            (Ok(TransactionStmtKind::TransStmtBegin | TransactionStmtKind::TransStmtStart), None) => {
                let settings = &self.session.settings;
                let (before, lasting) = (Arc::clone(settings), Arc::clone(settings));
                self.session.transaction = Some(Transaction { before, lasting, start: end, savepoints: Vec::new() });
            }
            (Ok(TransactionStmtKind::TransStmtCommit | TransactionStmtKind::TransStmtPrepare), Some(it)) => {
                self.session.settings = Arc::clone(&it.lasting);
                self.session.transaction = None;
            }
            (Ok(TransactionStmtKind::TransStmtRollback), Some(it)) => {
                self.session.settings = Arc::clone(&it.before);
                self.source.statements.truncate(it.start);
                self.session.transaction = None;
            }
            (Ok(TransactionStmtKind::TransStmtSavepoint), Some(it)) => {
                it.savepoints.push((statement.savepoint_name.clone(), end));
            }
            (Ok(TransactionStmtKind::TransStmtRollbackTo), Some(it)) => {
                let found = it.savepoints.iter().rfind(|it| it.0 == statement.savepoint_name);
                self.source.statements.truncate(found.map_or(end, |it| it.1));
            }
            _ => {}
        }
    }

    /// A line of psql's: files are included, what only says how psql works and shows means nothing here, nothing else is known.
    fn command(&mut self, line: &str, place: Place, path: &Path) -> Result<()> {
        let (command, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match command {
            "\\restrict" | "\\unrestrict" | "\\." => Ok(()),
            "\\set" | "\\unset" | "\\pset" | "\\timing" => Ok(()),
            "\\connect" | "\\c" => {
                self.connect(argument, place);
                Ok(())
            }
            "\\encoding" if psql::is_utf8(argument) => Ok(()),
            "\\encoding" => Err(Error::new(format!("psql would read what follows as {}", argument.trim()))
                .at(place)
                .help("save the file as UTF-8 (iconv does it), and leave the line out")),
            "\\echo" | "\\qecho" | "\\warn" | "\\a" | "\\t" | "\\x" => Ok(()),
            "\\i" | "\\ir" | "\\include" | "\\include_relative" => self.include(argument.trim(), place, path),
            _ => Err(Error::new(format!("psql's {command} is not known here"))
                .at(place)
                .help("leave the line out: of psql's own commands only \\i and \\ir are followed")),
        }
    }

    /// A new connection: nothing that was set holds any more, and an open transaction is lost. What follows is read as of the database
    /// that is compared, which is said.
    fn connect(&mut self, arguments: &str, place: Place) {
        let Connect { database, user } = psql::connect(arguments);
        let Session { transaction, database: before, kept_in, .. } = std::mem::take(&mut self.session);
        if let Some(it) = transaction {
            self.source.statements.truncate(it.start);
        }
        let named = database.is_some();
        self.session = Session { database: database.map(|it| (it, place.clone())).or(before), kept_in, ..Session::default() };
        if user.is_some() {
            self.skip("the user of \\connect", Reason::User, place);
        } else if named {
            self.skip("\\connect", Reason::Elsewhere, place);
        }
    }

    /// Statements of two databases in one file would be taken for one.
    fn same_database(&mut self) -> Result<()> {
        let Session { database, kept_in, .. } = &mut self.session;
        let now = database.as_ref().map(|it| it.0.clone());
        let before = kept_in.get_or_insert_with(|| now.clone());
        let (Some((name, place)), true) = (&*database, *before != now) else { return Ok(()) };
        let other = before.as_ref().map_or("another database".to_owned(), |it| format!("the database {it}"));
        let error = Error::new(format!("what follows is of the database {name}, and what stands before of {other}"));
        Err(error.at(place.clone()).help("a schema folder declares one database: let each have a folder of its own"))
    }

    fn include(&mut self, argument: &str, place: Place, path: &Path) -> Result<()> {
        let argument = argument.trim_matches('\'');
        let beside = path.parent().unwrap_or(Path::new("")).join(argument);
        let found = [beside, self.root.join(argument), PathBuf::from(argument)].into_iter().find(|it| it.is_file());
        let Some(file) = found else {
            return Err(Error::new(format!("there is no file {argument} to include"))
                .at(place)
                .help("the path is looked for beside this file, then in the schema folder"));
        };
        if !self.known.insert(canonical(&file)) {
            return Ok(()); // every file of the folder is read anyway, and each once
        }
        self.text(&file)
    }
}

impl Session {
    /// Changes the settings: for the rest of the file, or `SET LOCAL` for the rest of the transaction; outside of one
    /// that does nothing.
    fn change(&mut self, is_local: bool, change: impl Fn(&mut Settings)) {
        if is_local && self.transaction.is_none() {
            return;
        }
        change(Arc::make_mut(&mut self.settings));
        if let Some(transaction) = self.transaction.as_mut().filter(|_| !is_local) {
            change(Arc::make_mut(&mut transaction.lasting));
        }
    }
}

/// The roles a statement names.
pub(super) fn roles(statement: &NodeEnum) -> BTreeSet<String> {
    match statement {
        NodeEnum::CreateRoleStmt(it) => BTreeSet::from([it.role.clone()]),
        NodeEnum::VariableSetStmt(it) => settings::named(it, &["role", "session_authorization"]).into_iter().collect(),
        _ => Tree::of(statement).node().map(|it| names::names(it).roles.into_iter().collect()).unwrap_or_default(),
    }
}

/// Statements about rows that need not be parsed: dumps have very many.
fn data(sql: &str) -> Option<&'static str> {
    let word = sql.split(|it: char| !it.is_ascii_alphabetic()).next().unwrap_or_default();
    ["INSERT", "UPDATE", "DELETE"].into_iter().find(|it| it.eq_ignore_ascii_case(word))
}

/// Whether it is a routine whose body is a string the server can check.
fn has_body(statement: &Node) -> bool {
    let language = statement.option("options", "language").and_then(Tree::string).unwrap_or_default().to_lowercase();
    statement.name == "CreateFunctionStmt"
        && statement.option("options", "as").is_some()
        && matches!(language.as_str(), "sql" | "plpgsql")
}

fn open(text: &str) -> Error {
    let (what, end) = match text.chars().next() {
        Some('/') => ("comment", "*/"),
        Some('"') => ("quoted name", "\""),
        Some('$') => ("dollar-quoted string", text.get(..=text[1..].find('$').map_or(0, |it| it + 1)).unwrap_or("$$")),
        _ => ("string", "'"),
    };
    Error::new(format!("this {what} has no end")).help(format!("close it with {end}"))
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
