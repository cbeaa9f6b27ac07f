//! One statement of a file: its text, its tree, and where the clauses of an `ALTER` begin.

use std::cell::OnceCell;

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableType, ObjectType};

use super::known::Name;
use crate::lock::{self, Told};
use crate::source::blank;
use crate::source::lexer::{Kind, Lexer, Token};
use crate::source::tree::{EMPTY, Node, Tree};

/// A statement.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) sql: String,
    /// The same with its comments blanked out.
    pub(super) bare: String,
    /// Where it begins in its file.
    pub(super) offset: usize,
    tree: Tree,
    told: OnceCell<Told>,
    /// Where the clauses after the table's name begin, for `ALTER TABLE` and its like.
    clauses: Vec<usize>,
}

/// One clause of an `ALTER TABLE`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clause<'a> {
    pub(super) kind: AlterTableType,
    /// The column, constraint or other thing it is about.
    pub(super) name: &'a str,
    pub(super) node: &'a Node,
    /// Where it begins in the statement.
    pub(super) offset: usize,
}

impl Statement {
    pub(super) fn new(sql: &str, offset: usize, node: &NodeEnum) -> Statement {
        let tokens: Vec<Token> = Lexer::new(sql).collect();
        let comments: Vec<_> = tokens.iter().filter(|it| is_comment(it)).map(|it| it.range.clone()).collect();
        let tokens: Vec<Token> = tokens.into_iter().filter(|it| !is_comment(it)).collect();
        let tree = Tree::of(node);
        let clauses = if tree.node().is_some_and(|it| it.name == "AlterTableStmt") { clauses(sql, &tokens) } else { Vec::new() };
        Statement { sql: sql.to_owned(), bare: blank(sql, &comments), offset, tree, told: OnceCell::new(), clauses }
    }

    /// The locks and the work that its shape tells.
    pub(super) fn told(&self) -> &Told {
        self.told.get_or_init(|| lock::told(&self.bare))
    }

    /// The table that an `ALTER TABLE` is about.
    pub(super) fn table(&self) -> Option<Name> {
        let node = self.node();
        let is_table = node.name == "AlterTableStmt" && node.integer("objtype") == ObjectType::ObjectTable as i64;
        node.child("relation").filter(|_| is_table).map(Name::of)
    }

    /// The outermost node.
    pub(super) fn node(&self) -> &Node {
        self.tree.node().unwrap_or(&EMPTY)
    }

    /// The table of an `ALTER TABLE` and its clauses.
    pub(super) fn altered(&self) -> Option<(Name, Vec<Clause<'_>>)> {
        self.relation().filter(|_| self.node().integer("objtype") == ObjectType::ObjectTable as i64)
    }

    /// The same of an index, a view or whatever else is altered so.
    pub(super) fn relation(&self) -> Option<(Name, Vec<Clause<'_>>)> {
        let node = self.node();
        let table = node.child("relation").filter(|_| node.name == "AlterTableStmt").map(Name::of)?;
        let clauses = node.nodes("cmds").enumerate().map(|(number, node)| {
            let kind = i32::try_from(node.integer("subtype")).ok().and_then(|it| AlterTableType::try_from(it).ok());
            let offset = self.clauses.get(number).copied().unwrap_or_default();
            Clause { kind: kind.unwrap_or(AlterTableType::Undefined), name: node.text("name"), node, offset }
        });
        Some((table, clauses.collect()))
    }

    /// Where words stand beside each other, or the start.
    pub(super) fn find(&self, words: &str) -> usize {
        let tokens: Vec<Token> = Lexer::new(&self.bare).collect();
        let is = |at: usize, word: &str| tokens.get(at).is_some_and(|it| self.bare[it.range.clone()].eq_ignore_ascii_case(word));
        let fits = |at: &usize| words.split(' ').enumerate().all(|(number, word)| is(at + number, word));
        (0..tokens.len()).find(fits).map_or(0, |it| tokens[it].range.start)
    }
}

impl<'a> Clause<'a> {
    /// What it adds or changes: a column or a constraint.
    pub(super) fn definition(&self) -> Option<&'a Node> {
        self.node.child("def")
    }
}

fn is_comment(token: &Token) -> bool {
    matches!(token.kind, Kind::Line | Kind::Block)
}

/// Where the parts between commas begin that follow `ALTER TABLE name`.
fn clauses(sql: &str, tokens: &[Token]) -> Vec<usize> {
    let text = |at: usize| tokens.get(at).map_or("", |it| &sql[it.range.clone()]);
    let is = |at: usize, word: &str| text(at).eq_ignore_ascii_case(word);
    let mut at = 1;
    while ["FOREIGN", "MATERIALIZED", "TABLE", "INDEX", "VIEW", "SEQUENCE", "TYPE"].iter().any(|it| is(at, it)) {
        at += 1;
    }
    if is(at, "IF") && is(at + 1, "EXISTS") {
        at += 2;
    }
    if is(at, "ONLY") {
        at += 1;
    }
    at += 1;
    while text(at) == "." {
        at += 2;
    }
    if text(at) == "*" {
        at += 1;
    }
    let (mut starts, mut depth) = (Vec::new(), 0_i32);
    starts.extend(tokens.get(at).map(|it| it.range.start));
    for number in at..tokens.len() {
        match text(number) {
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            "," if depth == 0 => starts.extend(tokens.get(number + 1).map(|it| it.range.start)),
            _ => {}
        }
    }
    starts
}
