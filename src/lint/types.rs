//! Types of columns, and what changing one into another does to the table: measured, the same on PostgreSQL 14 to 18.

use crate::source::tree::{Node, Tree};

/// A type as it is written, by PostgreSQL's own name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Type {
    /// `int8`, `varchar`; with the schema for one of the user's in another schema than `public`.
    pub(super) name: String,
    /// What stands in brackets behind it.
    pub(super) modifiers: Vec<i64>,
    /// How many pairs of square brackets.
    pub(super) dimensions: usize,
    pub(super) collation: Option<String>,
}

/// What a change of type does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Neither the table nor plain indexes are touched.
    Free,
    /// Indexes on the column are built anew.
    Rebuild,
    /// Table and indexes are written anew.
    Rewrite,
    /// The text does not tell.
    Unknown,
}

/// What a change of type depends on besides the two types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Circumstances {
    /// Whether the new type, a domain, has constraints.
    pub(super) constrained: Option<bool>,
    /// One of the two is known to be an enum type.
    pub(super) is_enum: bool,
    /// The session's time zone is known to be UTC.
    pub(super) is_utc: bool,
}

/// Types of PostgreSQL's own that are read and written in one form, so that any other is another form.
const PLAIN: &[&str] = &[
    "int2",
    "int4",
    "int8",
    "float4",
    "float8",
    "numeric",
    "bool",
    "uuid",
    "date",
    "time",
    "timetz",
    "timestamp",
    "timestamptz",
    "interval",
    "json",
    "jsonb",
    "bytea",
    "text",
    "varchar",
    "bpchar",
    "inet",
    "cidr",
    "xml",
    "bit",
    "varbit",
    "money",
    "macaddr",
    "name",
    "oid",
    "citext",
    "tsvector",
];

/// Types to which no change is free.
const ALWAYS: &[&str] =
    &["int2", "int4", "int8", "float4", "float8", "bool", "uuid", "date", "json", "jsonb", "bytea", "bpchar", "money"];

impl Type {
    /// Of a `TypeName`.
    pub(super) fn of(node: &Node) -> Type {
        let names = node.get("names").strings();
        let name = match names.as_slice() {
            [schema, name] if schema != "pg_catalog" && schema != "public" => format!("{schema}.{name}"),
            names => names.last().cloned().unwrap_or_default(),
        };
        let name = match name.as_str() {
            "serial" | "serial4" => "int4",
            "bigserial" | "serial8" => "int8",
            "smallserial" | "serial2" => "int2",
            other => other,
        };
        let modifier = |it: &Node| it.child("val").map(|it| it.integer("ival"));
        Type {
            name: name.to_owned(),
            modifiers: node.nodes("typmods").filter_map(modifier).collect(),
            dimensions: node.get("array_bounds").items().len(),
            collation: None,
        }
    }

    /// What changing it into `new` does.
    pub(super) fn effect(&self, new: &Type, circumstances: &Circumstances) -> Effect {
        let (old, name) = (self.name.as_str(), new.name.as_str());
        if self.dimensions > 0 || new.dimensions > 0 {
            let same = self.dimensions > 0 && new.dimensions > 0 && old == name && self.modifiers == new.modifiers;
            return if same { Effect::Free } else { Effect::Rewrite };
        }
        let effect = named(old, &self.modifiers, name, &new.modifiers, circumstances);
        if effect == Effect::Free && new.collation.is_some() && new.collation != self.collation {
            return Effect::Rebuild;
        }
        effect
    }
}

fn named(old: &str, from: &[i64], new: &str, to: &[i64], circumstances: &Circumstances) -> Effect {
    let Circumstances { constrained, is_enum, is_utc } = *circumstances;
    let wider = from.first().zip(to.first()).map(|(from, to)| to >= from);
    match (old, new) {
        ("", _) if ALWAYS.contains(&new) => Effect::Rewrite,
        ("", _) => Effect::Unknown,
        ("bpchar", "bpchar") if from == to => Effect::Free,
        ("bpchar", _) => Effect::Rewrite,
        ("varchar" | "text", "varchar") => match (old, wider) {
            _ if to.is_empty() => Effect::Free,
            ("varchar", Some(true)) => Effect::Free,
            _ => Effect::Rewrite,
        },
        ("varchar", "text") | ("cidr", "inet") | ("xml", "text") => Effect::Free,
        ("varchar" | "text" | "citext", "citext") | ("citext", "text" | "varchar") if old != new => Effect::Rebuild,
        ("int4", "oid") => Effect::Rebuild,
        ("numeric", "numeric") => {
            let scale = |it: &[i64]| it.get(1).copied().unwrap_or(0);
            let fits = to.is_empty() || from == to || (wider == Some(true) && scale(from) == scale(to));
            if fits { Effect::Free } else { Effect::Rewrite }
        }
        ("timestamp", "timestamptz") | ("timestamptz", "timestamp") if is_utc => Effect::Rebuild,
        ("interval", "interval") if to.is_empty() => Effect::Free,
        ("interval", "interval") if from.len() == 1 && from != to => Effect::Rewrite,
        ("timestamp" | "timestamptz" | "time" | "timetz" | "interval", _) if old == new => {
            let precision = |it: &[i64]| it.last().copied().unwrap_or(6);
            if precision(to) >= precision(from) { Effect::Free } else { Effect::Rewrite }
        }
        ("varbit", "varbit") => {
            if to.is_empty() || wider == Some(true) {
                Effect::Free
            } else {
                Effect::Rewrite
            }
        }
        _ if old == new && from == to => Effect::Free,
        _ if constrained == Some(true) || is_enum => Effect::Rewrite,
        _ if PLAIN.contains(&old) && PLAIN.contains(&new) => Effect::Rewrite,
        _ => Effect::Unknown,
    }
}

/// Whether a `TypeName` is `serial` or its like.
pub(super) fn is_serial(node: &Node) -> bool {
    let names = node.get("names").strings();
    let known = ["serial", "serial2", "serial4", "serial8", "smallserial", "bigserial"];
    names.last().is_some_and(|it| known.contains(&it.as_str()))
}

/// Whether a USING expression only repeats what happens anyway: the column itself, or its cast to the new type.
pub(super) fn is_trivial(using: &Tree, column: &str, new: &Type) -> bool {
    let Some(node) = using.node() else { return true };
    let is_column = |it: &Node| it.name == "ColumnRef" && it.get("fields").strings() == [column];
    match node.name {
        "ColumnRef" => is_column(node),
        "TypeCast" => {
            let to = node.child("type_name").map(Type::of).unwrap_or_default();
            node.child("arg").is_some_and(is_column) && to.name == new.name && to.modifiers == new.modifiers
        }
        _ => false,
    }
}
