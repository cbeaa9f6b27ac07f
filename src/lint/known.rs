//! What is known of the database from the files before: tables with their columns, keys and indexes, as far as the text tells.
//!
//! A table whose `CREATE TABLE` was not seen, or that takes columns from elsewhere, is not whole: nothing follows from what it lacks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use pg_query::protobuf::ConstrType;

use super::types::Type;
use crate::source::tree::Node;
use crate::sql;

mod alter;
mod create;
mod read;

pub(super) use read::{arguments, constraint, index, kind};

/// A name with its schema; `public` where none is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) schema: String,
    pub(super) name: String,
}

/// All that is known.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub(super) tables: BTreeMap<Name, Table>,
    /// Domains, and whether they have a constraint.
    pub(super) domains: BTreeMap<Name, bool>,
    pub(super) enums: BTreeSet<Name>,
    /// Routines by name: the types of the arguments of each, and whether it is volatile.
    pub(super) routines: BTreeMap<Name, Vec<Routine>>,
    /// Views and routines whose making was seen, and whether privileges or comments were given to them since.
    pub(super) marked: BTreeMap<Name, bool>,
    /// The names of all that this file has made, without their schemas.
    pub(super) made: BTreeSet<String>,
    /// Relations and types that this file has made.
    pub(super) new: BTreeSet<Name>,
}

/// A routine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Routine {
    pub(super) arguments: Vec<Type>,
    pub(super) volatile: bool,
    pub(super) language: String,
}

/// A table, or what is known of one.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// All of its columns, constraints and indexes were seen.
    pub(super) is_whole: bool,
    pub(super) columns: BTreeMap<String, Column>,
    pub(super) constraints: BTreeMap<String, Constraint>,
    pub(super) indexes: Vec<Index>,
    pub(super) policies: BTreeSet<String>,
    pub(super) is_partitioned: bool,
    pub(super) partitions: BTreeSet<Name>,
    /// The partition for rows that fit no other.
    pub(super) default_partition: Option<Name>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) of: Type,
    pub(super) is_required: bool,
    pub(super) has_default: bool,
    pub(super) is_serial: bool,
    /// `s` for a stored generated column, `v` for a virtual one.
    pub(super) generated: Option<char>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Constraint {
    pub(super) kind: ConstrType,
    /// The columns of a key; of a check, those its expression names.
    pub(super) columns: Vec<String>,
    pub(super) is_valid: bool,
    /// The columns that it lets no null into.
    pub(super) required: BTreeSet<String>,
    /// What a foreign key points to.
    pub(super) points_to: Option<(Name, Vec<String>)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) name: Option<String>,
    /// Its plain columns, in order, up to the first expression.
    pub(super) columns: Vec<String>,
    /// The columns that its expressions and its predicate name.
    pub(super) computed: BTreeSet<String>,
}

impl Name {
    /// From the parts of a qualified name.
    pub(super) fn parts(parts: &[String]) -> Name {
        let name = parts.last().cloned().unwrap_or_default();
        let schema = parts.len().checked_sub(2).and_then(|it| parts.get(it)).cloned();
        Name { schema: schema.unwrap_or_else(|| "public".to_owned()), name }
    }

    /// Of a `RangeVar`.
    pub(super) fn of(range: &Node) -> Name {
        let schema = Some(range.text("schemaname")).filter(|it| !it.is_empty()).unwrap_or("public");
        Name { schema: schema.to_owned(), name: range.text("relname").to_owned() }
    }

    /// Another name in the same schema.
    pub(super) fn sibling(&self, name: &str) -> Name {
        Name { schema: self.schema.clone(), name: name.to_owned() }
    }
}

/// As one would write it.
impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.schema != "public" {
            write!(out, "{}.", sql::name(&self.schema))?;
        }
        out.write_str(&sql::name(&self.name))
    }
}

impl Known {
    /// The file ends: what it made is no longer new.
    pub(super) fn close(&mut self) {
        self.new.clear();
        self.made.clear();
    }

    /// The table an index is on.
    pub(super) fn table_of_index(&self, index: &Name) -> Option<&Name> {
        let has = |table: &Table| {
            table.indexes.iter().any(|it| it.name.as_ref() == Some(&index.name)) || table.constraints.contains_key(&index.name)
        };
        self.tables.iter().find(|(name, table)| name.schema == index.schema && has(table)).map(|it| it.0)
    }

    /// The foreign keys that point to a table, with the tables they stand on.
    pub(super) fn pointing_to<'a>(&'a self, table: &'a Name) -> impl Iterator<Item = (&'a Name, &'a Constraint)> {
        let all = self.tables.iter().flat_map(|(name, it)| it.constraints.values().map(move |constraint| (name, constraint)));
        all.filter(move |(_, it)| it.points_to.as_ref().is_some_and(|it| it.0 == *table))
    }

    /// Whether a type is known to be an enum type.
    pub(super) fn is_enum(&self, of: &Type) -> bool {
        let named = |it: &Name| if it.schema == "public" { it.name.clone() } else { format!("{}.{}", it.schema, it.name) };
        self.enums.iter().any(|it| named(it) == of.name)
    }

    /// A type, with what is known of it if it is a domain.
    pub(super) fn type_of(&self, node: Option<&Node>) -> Type {
        node.map(Type::of).unwrap_or_default()
    }
}

impl Table {
    /// The tables its foreign keys point to.
    pub(super) fn points_to(&self) -> BTreeSet<&Name> {
        self.constraints.values().filter_map(|it| it.points_to.as_ref()).map(|it| &it.0).collect()
    }

    /// Whether a constraint that is known to hold lets no null into a column.
    pub(super) fn lets_no_null_into(&self, column: &str) -> bool {
        self.constraints.values().any(|it| it.is_valid && it.required.contains(column))
    }

    /// Whether an index begins with these columns, in any order.
    pub(super) fn has_index_on(&self, columns: &[String]) -> bool {
        let wanted: BTreeSet<&String> = columns.iter().collect();
        let begins =
            |it: &Vec<String>| it.len() >= columns.len() && it[..columns.len()].iter().collect::<BTreeSet<_>>() == wanted;
        let keys = self.constraints.values().filter(|it| is_key(it.kind)).map(|it| &it.columns);
        self.indexes.iter().map(|it| &it.columns).chain(keys).any(begins)
    }
}

/// Whether a constraint has an index.
pub(super) fn is_key(kind: ConstrType) -> bool {
    matches!(kind, ConstrType::ConstrPrimary | ConstrType::ConstrUnique)
}
