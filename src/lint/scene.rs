//! What a rule sees: a statement, the rest of its file, and what is known before it.

use pg_query::protobuf::{AlterTableType, ConstrType};

use super::known::{Known, Name, Table, kind};
use super::statement::{Clause, Statement};
use super::text::Text;
use crate::source::place::Lines;
use crate::source::tree::{Node, Tree};

/// One statement in its surroundings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) text: &'a Text,
    pub(super) lines: &'a Lines<'a>,
    /// Which statement of the file.
    pub(super) number: usize,
    pub(super) statement: &'a Statement,
    /// What is known before the statement.
    pub(super) known: &'a Known,
    /// What is known when the whole file has run.
    pub(super) end: &'a Known,
    /// The major version of the server.
    pub(super) version: u32,
}

/// A constraint that is added to a table which may hold rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Added<'a> {
    pub(super) kind: ConstrType,
    pub(super) node: &'a Node,
    /// The column that is added with it.
    pub(super) column: Option<&'a Node>,
    pub(super) offset: usize,
}

impl<'a> Scene<'a> {
    pub(super) fn node(&self) -> &'a Node {
        self.statement.node()
    }

    /// The node, if it is of that kind.
    pub(super) fn is(&self, name: &str) -> Option<&'a Node> {
        Some(self.node()).filter(|it| it.name == name)
    }

    /// Whether clients may use a relation: it was there before the file and is not one of our archive's.
    pub(super) fn is_live(&self, name: &Name) -> bool {
        // Where `t` is may be anyone's guess; it is enough that a table of that name is new.
        let is_new = self.known.new.contains(name) || self.text.sets_path && self.known.new.iter().any(|it| it.name == name.name);
        !is_new && !matches!(name.schema.as_str(), "schemagen_archive" | "schemagen" | "pg_temp")
    }

    /// The name of a `RangeVar` that clients may use.
    pub(super) fn live(&self, range: Option<&Node>) -> Option<Name> {
        range.map(Name::of).filter(|it| self.is_live(it))
    }

    pub(super) fn table(&self, name: &Name) -> Option<&'a Table> {
        self.known.tables.get(name)
    }

    /// The table of an `ALTER TABLE`, if clients may use it, and the clauses.
    pub(super) fn altered(&self) -> Option<(Name, Vec<Clause<'a>>)> {
        self.statement.altered().filter(|it| self.is_live(&it.0))
    }

    /// The clauses of some kind of an `ALTER TABLE`.
    pub(super) fn clauses(&self, kinds: &[AlterTableType]) -> Option<(Name, Vec<Clause<'a>>)> {
        let (table, mut clauses) = self.altered()?;
        clauses.retain(|it| kinds.contains(&it.kind));
        (!clauses.is_empty()).then_some((table, clauses))
    }

    /// The constraints that an `ALTER TABLE` adds, by themselves or behind a new column.
    pub(super) fn added(&self) -> Option<(Name, Vec<Added<'a>>)> {
        let (table, clauses) = self.altered()?;
        let mut added = Vec::new();
        for clause in clauses {
            let Some(definition) = clause.definition() else { continue };
            match clause.kind {
                AlterTableType::AtAddConstraint => {
                    added.push(Added { kind: kind(definition), node: definition, column: None, offset: clause.offset });
                }
                AlterTableType::AtAddColumn => added.extend(definition.nodes("constraints").map(|it| {
                    let offset = usize::try_from(it.integer("location")).unwrap_or(clause.offset);
                    Added { kind: kind(it), node: it, column: Some(definition), offset }
                })),
                _ => {}
            }
        }
        (!added.is_empty()).then_some((table, added))
    }

    /// The statements of the file before this one.
    pub(super) fn before(&self) -> &'a [Statement] {
        &self.text.statements[..self.number]
    }

    /// The statements of the file after this one.
    pub(super) fn after(&self) -> &'a [Statement] {
        &self.text.statements[self.number + 1..]
    }

    /// The statements before and after this one in the transaction that it is part of; none where it is committed by itself.
    pub(super) fn together(&self) -> Option<(&'a [Statement], &'a [Statement])> {
        let range = self.text.transaction(self.number)?;
        Some((&self.text.statements[range.start..self.number], &self.text.statements[self.number + 1..range.end]))
    }

    /// What a setting was last given in this file, in lower case.
    pub(super) fn setting(&self, name: &str) -> Option<String> {
        let sets = |it: &&Statement| it.node().name == "VariableSetStmt" && it.node().text("name").eq_ignore_ascii_case(name);
        let node = self.before().iter().rfind(sets)?.node();
        let value = node.get("args").items().first()?;
        let number = || value.node()?.child("val").map(|it| it.integer("ival").to_string());
        value.string().map(str::to_lowercase).or_else(number)
    }

    /// The number of the file's line on which another statement begins.
    pub(super) fn line(&self, statement: &Statement) -> usize {
        self.lines.line(statement.offset)
    }
}

/// The default of a `ColumnDef`.
pub(super) fn default(column: &Node) -> Option<&Tree> {
    column.nodes("constraints").find(|it| kind(it) == ConstrType::ConstrDefault).map(|it| it.get("raw_expr"))
}

/// Whether a `ColumnDef` has a constraint of that kind.
pub(super) fn has(column: &Node, wanted: ConstrType) -> bool {
    column.nodes("constraints").any(|it| kind(it) == wanted)
}
