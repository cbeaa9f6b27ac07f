//! What seeding must know of tables and types, as `tables.sql` returns it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::json;

use crate::database::Database;
use crate::error::{Error, Result};
use crate::rows::Relation;

/// The tables to be seeded, with all they reference, and the types of their columns.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Tables {
    /// Whether the language that inserts row by row is there.
    pub(super) plpgsql: bool,
    /// Whether the database can hold every character.
    pub(super) unicode: bool,
    pub(super) tables: Vec<Table>,
    types: Vec<Type>,
}

/// One relation.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Table {
    pub(super) oid: i64,
    pub(super) schema: String,
    pub(super) name: String,
    /// `relkind`.
    pub(super) kind: String,
    /// Whether the caller named it.
    pub(super) given: bool,
    pub(super) parents: Vec<i64>,
    pub(super) partition: bool,
    /// The partition constraint, those of its ancestors included.
    pub(super) bounds: Option<String>,
    /// Whether rules rewrite what is inserted or updated: `ON CONFLICT` is refused then, though they would not act.
    pub(super) ruled: bool,
    pub(super) columns: Vec<Column>,
    pub(super) checks: Vec<Check>,
    pub(super) foreign_keys: Vec<ForeignKey>,
    /// Deferrable unique and exclusion constraints: column, and schema and name of the operator.
    pub(super) deferrable: Vec<Vec<(String, String, String)>>,
    /// What fires in every mode: `TRIGGER` or `RULE`, name, and `A`lways or `R`eplica.
    pub(super) always: Vec<(String, String, String)>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Column {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) type_id: i64,
    pub(super) modifier: i32,
    pub(super) type_name: String,
    pub(super) not_null: bool,
    /// Whether it is unique by itself.
    pub(super) unique: bool,
    /// What it is computed from.
    pub(super) generated: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Check {
    pub(super) name: String,
    pub(super) expression: String,
    pub(super) columns: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct ForeignKey {
    pub(super) name: String,
    pub(super) table: i64,
    /// `MATCH FULL`: all columns are null, or none.
    pub(super) full: bool,
    pub(super) columns: Vec<String>,
    pub(super) referenced: Vec<String>,
    /// What compares a referenced column with its own: `OPERATOR(pg_catalog.=)`.
    pub(super) operators: Vec<String>,
}

/// A type, and what it is made of.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Type {
    pub(super) oid: i64,
    pub(super) name: String,
    /// Whether it is PostgreSQL's own.
    pub(super) builtin: bool,
    /// `typtype`.
    pub(super) kind: String,
    /// What a domain is over, with `modifier`.
    pub(super) base: Option<i64>,
    pub(super) modifier: i32,
    /// Of an array.
    pub(super) element: Option<i64>,
    /// The bounds' type, of a range.
    pub(super) range: Option<i64>,
    /// The range type, of a multirange.
    pub(super) multirange: Option<i64>,
    /// Of an enum.
    pub(super) labels: Vec<String>,
    /// Of a composite type: type and modifier.
    pub(super) attributes: Vec<(i64, i32)>,
    /// Of a domain.
    pub(super) checks: Vec<String>,
}

impl Table {
    pub(super) fn relation(&self) -> Relation {
        Relation::new(&self.schema, &self.name)
    }

    /// How its own rows are named in a `FROM`.
    pub(super) fn from(&self) -> String {
        let path = self.relation().path();
        if self.kind == "p" { path } else { format!("ONLY {path}") }
    }

    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|it| it.name == name)
    }

    /// The columns that a row gives.
    pub(super) fn writable(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|it| it.generated.is_none())
    }
}

impl Tables {
    /// Reads them of the clone, in one query.
    pub(super) async fn read(database: &mut Database, relations: &BTreeSet<Relation>) -> Result<Tables> {
        let given: Vec<_> = relations.iter().map(|it| json!({ "schema": it.schema, "name": it.name })).collect();
        let given = serde_json::Value::from(given).to_string();
        database.value(include_str!("tables.sql"), &[&given]).await.map_err(|it: Error| it.within("reading the tables to seed"))
    }

    pub(super) fn table(&self, oid: i64) -> Option<&Table> {
        self.tables.iter().find(|it| it.oid == oid)
    }

    pub(super) fn types(&self) -> BTreeMap<i64, &Type> {
        self.types.iter().map(|it| (it.oid, it)).collect()
    }

    /// The partitions of a partitioned table that hold rows, through all levels.
    pub(super) fn leaves(&self, root: &Table) -> Vec<&Table> {
        let mut leaves = Vec::new();
        for child in self.tables.iter().filter(|it| it.partition && it.parents.contains(&root.oid)) {
            if child.kind == "p" {
                leaves.extend(self.leaves(child));
            } else {
                leaves.push(child);
            }
        }
        leaves
    }
}
