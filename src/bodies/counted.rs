//! Where a piece counts columns: what it means changes with their order, and no name tells of it.

use std::collections::BTreeSet;

use super::read::Piece;
use super::uses::{Scope, Use, names_of, relations};
use crate::kinds::Space;
use crate::source::tree::{Node, Tree};

const FILLS: &str = "fills by position";
const NAMES: &str = "names by position";
const RETURNS: &str = "returns by position";

impl Scope<'_> {
    /// The places where the columns of a table, or the attributes of a type, are counted.
    pub(super) fn counted(&self, piece: &Piece, table: &[String]) -> Vec<Use> {
        let hit = |verb, names: &[String], location| self.hit(verb, Space::Relation, names, table, location);
        let named = relations(piece);
        let mut found = self.filled(piece, table);
        // Of a table's columns in what PostgreSQL has read, it is known which are meant.
        let is_counted = |it: &&_| !self.is_bound && names_columns(it);
        found.extend(named.iter().filter(|it| is_counted(&it.node)).filter_map(|it| hit(NAMES, &it.name, it.location())));
        piece.tree.walk(&mut |it| {
            if it.name == "JoinExpr" && names_columns(it) {
                let joined = below(it);
                let tables = named.iter().filter(|it| joined.contains(&it.location()));
                found.extend(tables.filter_map(|it| hit(NAMES, &it.name, it.location())));
            }
            true
        });
        let returns = self.returns.as_ref().is_some_and(|it| *it == crate::sql::path(table));
        let is_listed = piece.tree.items().first().and_then(Tree::node).is_some_and(lists_columns);
        if returns && piece.is_result && is_listed {
            found.push(Use { verb: RETURNS, is_guess: false, other: None, location: 0 });
        }
        found
    }

    /// Each `INSERT` into the table without names.
    pub(super) fn filled(&self, piece: &Piece, table: &[String]) -> Vec<Use> {
        let mut found = Vec::new();
        piece.tree.walk(&mut |it| {
            let is_nameless = it.name == "InsertStmt" && it.get("cols").items().is_empty() && it.child("select_stmt").is_some();
            if let Some(target) = it.child("relation").filter(|_| is_nameless) {
                found.extend(self.hit(FILLS, Space::Relation, &names_of(target), table, target.integer("location")));
            }
            true
        });
        found
    }
}

/// Whether an alias names columns, `t(a, b)`.
fn names_columns(source: &Node) -> bool {
    source.child("alias").is_some_and(|it| !it.get("colnames").items().is_empty())
}

/// Where the tables of a join stand.
fn below(join: &Node) -> BTreeSet<i64> {
    let mut found = BTreeSet::new();
    for side in ["larg", "rarg"] {
        join.get(side).walk(&mut |it| {
            if it.name == "RangeVar" {
                found.insert(it.integer("location"));
            }
            true
        });
    }
    found
}

/// Whether a statement lists what it returns, column by column.
fn lists_columns(statement: &Node) -> bool {
    let list = match statement.name {
        "SelectStmt" => match (statement.child("larg"), statement.get("values_lists").items().first()) {
            (Some(left), _) => return lists_columns(left),
            (None, Some(first)) => return first.node().is_some_and(|it| it.get("items").items().len() > 1),
            (None, None) => statement.get("target_list"),
        },
        _ => statement.child("returning_clause").map_or(&Tree::Nothing, |it| it.get("exprs")),
    };
    let values: Vec<&Node> = list.items().iter().filter_map(Tree::node).filter_map(|it| it.child("val")).collect();
    match values.as_slice() {
        [only] => is_row(only),
        all => all.len() > 1,
    }
}

/// `ROW(1, 2)`, `ROW(1, 2)::orders`
fn is_row(value: &Node) -> bool {
    match value.name {
        "TypeCast" => value.child("arg").is_some_and(is_row),
        "RowExpr" => value.get("args").items().len() > 1,
        _ => false,
    }
}
