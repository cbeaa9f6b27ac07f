//! Rules about primary keys.

use pg_query::protobuf::{AlterTableType, ConstrType};

use super::known::{Name, kind};
use super::scene::Scene;
use super::statement::{Clause, Statement};
use super::{Hit, indexes};
use crate::source::tree::Node;

/// A primary key over columns that may hold nulls.
pub(super) fn nullable(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, added)) = scene.added() else { return Vec::new() };
    let Some(known) = scene.table(&table).filter(|it| !it.is_partitioned) else { return Vec::new() };
    let columns = |it: &Node| match it.text("indexname") {
        "" => it.get("keys").strings(),
        index => known.indexes.iter().find(|it| it.name.as_deref() == Some(index)).map_or(Vec::new(), |it| it.columns.clone()),
    };
    let open = |it: &String| known.columns.get(it).is_some_and(|it| !it.is_required) && !known.lets_no_null_into(it);
    let hit = |it: &super::scene::Added<'_>| {
        let column = columns(it.node).into_iter().find(open)?;
        let message = format!("{column} may hold nulls: every row is read, and it stays NOT NULL when the key is dropped again");
        let help = format!("make {column} NOT NULL first, through a check that is validated; let the rollback DROP NOT NULL");
        Some(Hit::new(it.offset, message, help))
    };
    added.iter().filter(|it| it.kind == ConstrType::ConstrPrimary && it.column.is_none()).filter_map(hit).collect()
}

/// A primary key that is dropped in one statement and made anew in a later one.
pub(super) fn replaced(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, added)) = scene.added() else { return Vec::new() };
    let Some(key) = added.iter().find(|it| it.kind == ConstrType::ConstrPrimary) else { return Vec::new() };
    let usual = format!("{}_pkey", table.name);
    let drops = |it: &Clause<'_>| it.kind == AlterTableType::AtDropConstraint && it.name == usual;
    let dropped = |it: &&Statement| it.altered().is_some_and(|it| it.0 == table && it.1.iter().any(drops));
    // A partitioned table's key takes no index over, so there is no way in one statement.
    let is_partitioned = scene.table(&table).is_some_and(|it| it.is_partitioned);
    let at_once = is_partitioned && scene.together().is_some();
    // What a run that stopped has left of this one is no key that anybody had.
    let is_left = scene.before().iter().any(|it| indexes::clears_away(it, &table.sibling(&usual)));
    let Some(before) = scene.before().iter().find(dropped).filter(|_| !at_once && !is_left) else { return Vec::new() };
    let message = format!("between line {} and this, {table} has no primary key", scene.line(before));
    let help = "build the new index CONCURRENTLY, then DROP CONSTRAINT old, ADD CONSTRAINT … PRIMARY KEY USING INDEX new in one statement";
    vec![Hit::new(key.offset, message, help)]
}

/// A primary key that runs out at two billion.
pub(super) fn small(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("CreateStmt") else { return Vec::new() };
    let is_small = |it: &Node| matches!(scene.known.type_of(it.child("type_name")).name.as_str(), "int4" | "int2");
    let elements: Vec<&Node> = node.nodes("table_elts").collect();
    let named = elements.iter().filter(|it| it.name == "Constraint" && kind(it) == ConstrType::ConstrPrimary);
    let keys: Vec<String> = named.flat_map(|it| it.get("keys").strings()).collect();
    let counts = |it: &Node| {
        let filled =
            super::scene::has(it, ConstrType::ConstrIdentity) || it.child("type_name").is_some_and(super::types::is_serial);
        let is_alone = keys.len() == 1 && keys[0] == it.text("colname");
        filled && (is_alone || super::scene::has(it, ConstrType::ConstrPrimary))
    };
    let columns = elements.iter().filter(|it| it.name == "ColumnDef" && is_small(it) && counts(it));
    let hit = |it: &&Node| {
        let offset = usize::try_from(it.integer("location")).unwrap_or_default();
        let table = node.child("relation").map(Name::of).map(|it| it.to_string()).unwrap_or_default();
        let message = format!("{table} can have 2 147 483 647 rows in its life, deleted ones and gaps counted");
        Hit::new(offset, message, "use bigint: widening a key later writes the table and all that refer to it anew")
    };
    columns.map(hit).collect()
}
