//! Rules about indexes.

use super::Hit;
use super::known::{self, Name};
use super::scene::Scene;
use super::statement::Statement;
use crate::source::tree::Node;

use pg_query::protobuf::{ObjectType, ReindexObjectType};

/// `CREATE INDEX` without CONCURRENTLY on a table that clients use.
pub(super) fn created(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("IndexStmt").filter(|it| !it.is("concurrent")) else { return Vec::new() };
    let is_only = node.child("relation").is_some_and(|it| !it.is("inh"));
    let Some(table) = scene.live(node.child("relation")).filter(|_| !is_only) else { return Vec::new() };
    let help = if scene.table(&table).is_some_and(|it| it.is_partitioned) {
        format!(
            "CREATE INDEX … ON ONLY {table}, then in a file of its own (-- schemagen: no-transaction) CREATE INDEX CONCURRENTLY on each \
             partition, then ALTER INDEX … ATTACH PARTITION"
        )
    } else {
        "CREATE INDEX CONCURRENTLY, in a file of its own that begins with -- schemagen: no-transaction".to_owned()
    };
    vec![Hit::new(0, format!("writes to {table} wait until the index is built"), help)]
}

/// `DROP INDEX` without CONCURRENTLY.
pub(super) fn dropped(scene: &Scene<'_>) -> Vec<Hit> {
    let hit = |name: &Name| {
        let message = format!("reads and writes of the table of {name} wait while this waits for its turn and runs");
        Hit::new(0, message, "DROP INDEX CONCURRENTLY, in a file of its own that begins with -- schemagen: no-transaction")
    };
    dropped_indexes(scene.statement)
        .filter(|it| !scene.node().is("concurrent") && is_in_use(scene, it))
        .map(|it| hit(&it))
        .collect()
}

/// Whether an index is on a table that clients use.
fn is_in_use(scene: &Scene<'_>, index: &Name) -> bool {
    scene.is_live(index) && scene.known.table_of_index(index).is_none_or(|it| scene.is_live(it))
}

/// The indexes that a statement drops.
fn dropped_indexes(statement: &Statement) -> impl Iterator<Item = Name> {
    let node = statement.node();
    let is_drop = node.name == "DropStmt" && node.integer("remove_type") == ObjectType::ObjectIndex as i64;
    let objects = if is_drop { node.get("objects").items() } else { &[] };
    objects.iter().map(|it| Name::parts(&it.strings()))
}

/// `REINDEX` without CONCURRENTLY.
pub(super) fn rebuilt(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("ReindexStmt").filter(|it| it.option("params", "concurrently").is_none()) else {
        return Vec::new();
    };
    if node.integer("kind") == ReindexObjectType::ReindexObjectSystem as i64 {
        return Vec::new();
    }
    let what = match node.child("relation") {
        Some(it) if !is_in_use(scene, &Name::of(it)) => return Vec::new(),
        Some(it) => Name::of(it).to_string(),
        None => format!("every table of {}", node.text("name")),
    };
    let message = format!("writes wait until {what} is rebuilt, and so do reads that would plan with the index");
    vec![Hit::new(0, message, "REINDEX … CONCURRENTLY, in a file of its own that begins with -- schemagen: no-transaction")]
}

/// `CREATE INDEX CONCURRENTLY IF NOT EXISTS`.
pub(super) fn perhaps_invalid(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("IndexStmt").filter(|it| it.is("concurrent") && it.is("if_not_exists")) else { return Vec::new() };
    let name = known::index(node).name.unwrap_or_default();
    // A block that looks for the invalid index of that name, and drops it.
    let looks_for_it = |it: &Statement| it.node().name == "DoStmt" && it.sql.contains("indisvalid") && it.sql.contains(&name);
    if scene.before().iter().any(looks_for_it) {
        return Vec::new();
    }
    let message = format!("if a build of {name} was stopped before, an invalid index is there, and this does nothing");
    let help = format!("DROP INDEX CONCURRENTLY IF EXISTS {name} before it, and leave IF NOT EXISTS out");
    vec![Hit::new(scene.statement.find("IF NOT EXISTS"), message, help)]
}

/// CONCURRENTLY on a partitioned table, which PostgreSQL refuses.
pub(super) fn partitioned(scene: &Scene<'_>) -> Vec<Hit> {
    let is_partitioned = |table: &Name| scene.table(table).is_some_and(|it| it.is_partitioned);
    let mut dropped = dropped_indexes(scene.statement).filter(|_| scene.node().is("concurrent"));
    if let Some(it) = dropped.find(|it| scene.known.table_of_index(it).is_some_and(is_partitioned)) {
        let message = format!("this fails: {it} is the index of a partitioned table");
        return vec![Hit::new(scene.statement.find("CONCURRENTLY"), message, "DROP INDEX without it, with a lock_timeout")];
    }
    let Some(node) = scene.is("IndexStmt").filter(|it| it.is("concurrent")) else { return Vec::new() };
    let Some(table) = node.child("relation").map(Name::of) else { return Vec::new() };
    if !is_partitioned(&table) {
        return Vec::new();
    }
    let help =
        format!("CREATE INDEX … ON ONLY {table}, then CONCURRENTLY on each partition, then ALTER INDEX … ATTACH PARTITION");
    vec![Hit::new(scene.statement.find("CONCURRENTLY"), format!("this fails: {table} is partitioned"), help)]
}

/// An index that is dropped before the one that takes its place is there.
pub(super) fn replaced(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("IndexStmt") else { return Vec::new() };
    let (Some(table), Some(name)) = (scene.live(node.child("relation")), known::index(node).name) else { return Vec::new() };
    let index = table.sibling(&name);
    let before = scene.before().iter().find(|it| dropped_indexes(it).any(|it| it == index));
    // That is no index which queries used.
    let Some(before) = before.filter(|it| !clears_away(it, &index)) else { return Vec::new() };
    let message = format!("{name} was dropped on line {}: until this is built, queries do without", scene.line(before));
    vec![Hit::new(0, message, "build the new one under another name, then drop the old one and rename")]
}

/// Whether a statement drops what may be left of that index, invalid, since its build failed.
pub(super) fn clears_away(statement: &Statement, index: &Name) -> bool {
    let node = statement.node();
    node.is("missing_ok") && node.is("concurrent") && dropped_indexes(statement).any(|it| it == *index)
}

/// An index on an expression, whose statistics are not there yet.
pub(super) fn without_statistics(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("IndexStmt") else { return Vec::new() };
    let Some(table) = scene.live(node.child("relation")) else { return Vec::new() };
    let Some(part) = node.nodes("index_params").find(|it| it.child("expr").is_some()) else { return Vec::new() };
    if scene.after().iter().any(|it| analyzes(it.node(), &table)) {
        return Vec::new();
    }
    let offset = usize::try_from(part.child("expr").map_or(0, |it| it.integer("location"))).unwrap_or_default();
    let message = "the planner knows nothing of the expression's values until the table is analyzed";
    vec![Hit::new(offset, message, format!("ANALYZE {table} after it"))]
}

/// Whether a statement is `ANALYZE` of that table, or of all.
pub(super) fn analyzes(node: &Node, table: &Name) -> bool {
    let has_option = |name: &str| node.option("options", name).is_some();
    let analyzes = node.name == "VacuumStmt" && (!node.is("is_vacuumcmd") || has_option("analyze"));
    let mut tables = node.nodes("rels").filter_map(|it| it.child("relation")).map(Name::of).peekable();
    analyzes && (tables.peek().is_none() || tables.any(|it| it == *table))
}

/// More than three columns.
pub(super) fn wide(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("IndexStmt") else { return Vec::new() };
    let count = node.get("index_params").items().len();
    if count <= 3 || node.text("access_method") != "btree" && !node.text("access_method").is_empty() {
        return Vec::new();
    }
    let help = "put the column that selects best first, and leave those out that are seldom searched by";
    vec![Hit::new(0, format!("an index on {count} columns is large and serves few queries"), help)]
}

/// `USING hash`.
pub(super) fn hash(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(_) = scene.is("IndexStmt").filter(|it| it.text("access_method") == "hash") else { return Vec::new() };
    let message = "a hash index finds equal values only: no order, no range, no uniqueness, no second column";
    vec![Hit::new(scene.statement.find("USING hash"), message, "use btree unless it was measured to be worse here")]
}
