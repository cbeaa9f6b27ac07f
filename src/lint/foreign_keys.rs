//! Rules about foreign keys, whatever table they are on.

use std::collections::BTreeSet;

use pg_query::protobuf::{AlterTableType, ConstrType, ObjectType};

use super::Hit;
use super::known::{self, Constraint, Name, Table};
use super::scene::Scene;
use super::statement::Statement;
use crate::source::tree::Node;

/// The foreign keys that a statement adds: the table, where it stands, and what it is.
fn made(statement: &Statement) -> Vec<(Name, usize, Constraint)> {
    let node = statement.node();
    let mut made = Vec::new();
    let mut add = |table: &Name, column: Option<&Node>, nodes: &mut dyn Iterator<Item = &Node>| {
        for node in nodes {
            let offset = usize::try_from(node.integer("location")).unwrap_or_default();
            let key = known::constraint(table, column.map(|it| it.text("colname")), node);
            made.extend(key.filter(|it| it.1.kind == ConstrType::ConstrForeign).map(|it| (table.clone(), offset, it.1)));
        }
    };
    if node.name == "CreateStmt" {
        let table = node.child("relation").map(Name::of).unwrap_or_else(|| Name::parts(&[]));
        let columns = node.nodes("table_elts").filter(|it| it.name == "ColumnDef");
        columns.for_each(|it| add(&table, Some(it), &mut it.nodes("constraints")));
        add(&table, None, &mut node.nodes("table_elts").filter(|it| it.name == "Constraint"));
    } else if let Some((table, clauses)) = statement.altered() {
        for clause in clauses {
            match (clause.kind, clause.node.child("def")) {
                (AlterTableType::AtAddColumn, Some(it)) => add(&table, Some(it), &mut it.nodes("constraints")),
                (AlterTableType::AtAddConstraint, Some(it)) => add(&table, None, &mut std::iter::once(it)),
                _ => {}
            }
        }
    }
    made
}

/// A foreign key whose columns no index begins with.
pub(super) fn unindexed(scene: &Scene<'_>) -> Vec<Hit> {
    let made = made(scene.statement);
    let known = scene.end;
    let lacks = |(table, _, key): &&(Name, usize, Constraint)| {
        known.tables.get(table).is_some_and(|it| it.is_whole && !it.has_index_on(&key.columns))
    };
    let hit = |(table, offset, key): &(Name, usize, Constraint)| {
        let columns = key.columns.join(", ");
        let message = format!("every delete in the referenced table reads all of {table}: no index begins with {columns}");
        Hit::new(*offset, message, format!("CREATE INDEX ON {table} ({columns})"))
    };
    made.iter().filter(lacks).map(hit).collect()
}

/// A foreign key between columns of different types.
pub(super) fn mismatched(scene: &Scene<'_>) -> Vec<Hit> {
    let made = made(scene.statement);
    let known = scene.end;
    let hit = |(table, offset, key): &(Name, usize, Constraint)| {
        let (parent, columns) = key.points_to.as_ref()?;
        let (own, other) = (known.tables.get(table)?, known.tables.get(parent)?);
        let columns = if columns.is_empty() { &primary_key(other)?.columns } else { columns };
        let differs = |(a, b): &(&String, &String)| match (own.columns.get(*a), other.columns.get(*b)) {
            (Some(a), Some(b)) => a.of.name != b.of.name,
            _ => false,
        };
        let (a, b) = key.columns.iter().zip(columns).find(differs)?;
        let (from, to) = (&own.columns.get(a)?.of.name, &other.columns.get(b)?.of.name);
        let message = format!("{a} is {from}, and {b} of {parent} is {to}: joins convert, and one of them may be too small");
        Some(Hit::new(*offset, message, format!("make {a} {to}")))
    };
    made.iter().filter_map(hit).collect()
}

fn primary_key(table: &Table) -> Option<&Constraint> {
    table.constraints.values().find(|it| it.kind == ConstrType::ConstrPrimary)
}

/// A new table that locks several others at once.
pub(super) fn several(scene: &Scene<'_>) -> Vec<Hit> {
    let made = made(scene.statement);
    let parents: BTreeSet<&Name> = made.iter().filter_map(|it| it.2.points_to.as_ref()).map(|it| &it.0).collect();
    let live: Vec<String> = parents.iter().filter(|it| scene.is_live(it)).map(ToString::to_string).collect();
    if live.len() < 2 || !made.iter().all(|it| it.0 != Name::parts(&[])) {
        return Vec::new();
    }
    let message = format!("writes to {} wait until all of these locks are there at once", live.join(" and "));
    vec![Hit::new(0, message, "add the foreign keys one by one, each in a migration of its own")]
}

/// DROP TABLE or DROP CONSTRAINT of a foreign key locks the referenced table too.
pub(super) fn dropped(scene: &Scene<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut hit = |offset: usize, parents: BTreeSet<&Name>, own: &Name| {
        let live: Vec<String> =
            parents.into_iter().filter(|it| *it != own && scene.is_live(it)).map(ToString::to_string).collect();
        if !live.is_empty() {
            let message = format!("reads and writes of {} wait too: the foreign key goes from there as well", live.join(" and "));
            hits.push(Hit::new(
                offset,
                message,
                "set a lock_timeout, and choose a moment without long transactions on either table",
            ));
        }
    };
    let node = scene.node();
    if node.name == "DropStmt" && node.integer("remove_type") == ObjectType::ObjectTable as i64 {
        for name in node.get("objects").items().iter().map(|it| Name::parts(&it.strings())) {
            if let Some(table) = scene.table(&name).filter(|_| scene.is_live(&name)) {
                hit(0, table.points_to(), &name);
            }
        }
    } else if let Some((table, clauses)) = scene.clauses(&[AlterTableType::AtDropConstraint, AlterTableType::AtDropColumn]) {
        let known = scene.table(&table);
        for clause in clauses {
            let goes = |(name, it): &(&String, &Constraint)| {
                let by_name = clause.kind == AlterTableType::AtDropConstraint && *name == clause.name;
                by_name || clause.kind == AlterTableType::AtDropColumn && it.columns.iter().any(|it| it == clause.name)
            };
            let keys = known.into_iter().flat_map(|it| &it.constraints).filter(goes);
            hit(clause.offset, keys.filter_map(|it| it.1.points_to.as_ref()).map(|it| &it.0).collect(), &table);
        }
    }
    hits
}
