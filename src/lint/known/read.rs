//! Columns, constraints and indexes as their nodes tell.

use std::collections::BTreeSet;

use pg_query::protobuf::{BoolExprType, ConstrType, FunctionParameterMode, NullTestType};

use super::{Column, Constraint, Index, Known, Name};
use crate::lint::types::is_serial;
use crate::source::tree::{Node, Tree};

/// The kind of a `Constraint`.
pub(in crate::lint) fn kind(node: &Node) -> ConstrType {
    i32::try_from(node.integer("contype")).ok().and_then(|it| ConstrType::try_from(it).ok()).unwrap_or(ConstrType::Undefined)
}

/// The columns that an expression names.
pub(in crate::lint) fn columns_of(tree: &Tree) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    tree.walk(&mut |node| {
        if node.name == "ColumnRef" {
            found.extend(node.get("fields").strings().pop());
        }
        true
    });
    found
}

/// The columns that a true expression lets no null into.
fn required(tree: &Tree) -> BTreeSet<String> {
    let Some(node) = tree.node() else { return BTreeSet::new() };
    match node.name {
        "NullTest" if node.integer("nulltesttype") == NullTestType::IsNotNull as i64 => {
            let column = node.child("arg").filter(|it| it.name == "ColumnRef");
            column.map(|_| columns_of(node.get("arg"))).unwrap_or_default()
        }
        "BoolExpr" if node.integer("boolop") == BoolExprType::AndExpr as i64 => {
            node.get("args").items().iter().flat_map(required).collect()
        }
        _ => BTreeSet::new(),
    }
}

/// A constraint and its name; `column` is the one it stands behind. Nothing for what is no constraint of its own.
pub(in crate::lint) fn constraint(table: &Name, column: Option<&str>, node: &Node) -> Option<(String, Constraint)> {
    let kind = kind(node);
    let own: Vec<String> = column.map(str::to_owned).into_iter().collect();
    let listed = |field: &str| if column.is_some() { own.clone() } else { node.get(field).strings() };
    let mut required = BTreeSet::new();
    let columns = match kind {
        ConstrType::ConstrCheck => {
            required = self::required(node.get("raw_expr"));
            columns_of(node.get("raw_expr")).into_iter().collect()
        }
        ConstrType::ConstrNotnull => {
            required.extend(listed("keys"));
            listed("keys")
        }
        ConstrType::ConstrPrimary => {
            required.extend(listed("keys"));
            listed("keys")
        }
        ConstrType::ConstrUnique => listed("keys"),
        ConstrType::ConstrForeign => listed("fk_attrs"),
        ConstrType::ConstrExclusion => columns_of(node.get("exclusions")).into_iter().collect(),
        _ => return None,
    };
    let points_to = node.child("pktable").map(|it| (Name::of(it), node.get("pk_attrs").strings()));
    let is_valid = !node.is("skip_validation");
    let name = match node.text("conname") {
        "" => chosen(table, kind, &columns),
        name => name.to_owned(),
    };
    Some((name, Constraint { kind, columns, is_valid, required, points_to }))
}

/// The name that PostgreSQL chooses.
fn chosen(table: &Name, kind: ConstrType, columns: &[String]) -> String {
    let (middle, end) = match kind {
        ConstrType::ConstrPrimary => (String::new(), "pkey"),
        ConstrType::ConstrUnique => (format!("{}_", columns.join("_")), "key"),
        ConstrType::ConstrForeign => (format!("{}_", columns.join("_")), "fkey"),
        ConstrType::ConstrExclusion => (format!("{}_", columns.join("_")), "excl"),
        ConstrType::ConstrNotnull => (format!("{}_", columns.join("_")), "not_null"),
        _ if columns.len() == 1 => (format!("{}_", columns.join("_")), "check"),
        _ => (String::new(), "check"),
    };
    format!("{}_{middle}{end}", table.name)
}

/// A `ColumnDef`.
pub(super) fn column(known: &Known, node: &Node) -> Column {
    let mut column = Column {
        of: known.type_of(node.child("type_name")),
        is_required: false,
        has_default: false,
        is_serial: false,
        generated: None,
    };
    column.of.collation = node.child("coll_clause").map(|it| it.get("collname").strings().join("."));
    column.is_serial = node.child("type_name").is_some_and(is_serial);
    column.has_default = column.is_serial;
    column.is_required = column.is_serial;
    for it in node.nodes("constraints") {
        match kind(it) {
            ConstrType::ConstrNotnull | ConstrType::ConstrPrimary => column.is_required = true,
            ConstrType::ConstrDefault => column.has_default = true,
            ConstrType::ConstrIdentity => (column.has_default, column.is_required) = (true, true),
            ConstrType::ConstrGenerated => {
                column.has_default = true;
                column.generated = it.text("generated_kind").chars().next().or(Some('s'));
            }
            _ => {}
        }
    }
    column
}

/// An `IndexStmt`.
pub(in crate::lint) fn index(node: &Node) -> Index {
    let elements: Vec<&Node> = node.nodes("index_params").collect();
    let plain = elements.iter().map(|it| it.text("name")).take_while(|it| !it.is_empty()).map(str::to_owned);
    let mut computed: BTreeSet<String> = elements.iter().flat_map(|it| columns_of(it.get("expr"))).collect();
    computed.extend(columns_of(node.get("where_clause")));
    let name = Some(node.text("idxname").to_owned()).filter(|it| !it.is_empty());
    Index { name, columns: plain.collect(), computed }
}

/// The arguments that a routine is called with.
pub(in crate::lint) fn arguments(node: &Node) -> impl Iterator<Item = &Node> {
    let is_out = |it: &&Node| {
        let mode = it.integer("mode");
        mode == FunctionParameterMode::FuncParamOut as i64 || mode == FunctionParameterMode::FuncParamTable as i64
    };
    node.nodes("parameters").filter(move |it| !is_out(it))
}
