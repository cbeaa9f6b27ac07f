//! Rules about statements that go through a whole table, and about its settings.

use pg_query::protobuf::{AlterTableType, ObjectType};

use super::Hit;
use super::known::Name;
use super::scene::Scene;
use super::statement::Clause;
use crate::source::tree::{Node, Tree};

/// TRUNCATE.
pub(super) fn emptied(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("TruncateStmt") else { return Vec::new() };
    let names = node.nodes("relations").filter_map(|it| scene.live(Some(it)));
    let hit = |it: Name| {
        Hit::new(
            0,
            format!("all rows of {it} are gone, and no rollback brings them back"),
            "keep a copy, or DELETE in batches what is meant",
        )
    };
    names.map(hit).collect()
}

/// VACUUM FULL.
pub(super) fn packed(scene: &Scene<'_>) -> Vec<Hit> {
    let is_on = |it: &Tree| it.string().is_none_or(|it| !matches!(it.to_lowercase().as_str(), "false" | "off"));
    let Some(node) = scene.is("VacuumStmt").filter(|it| it.option("options", "full").is_some_and(is_on)) else {
        return Vec::new();
    };
    let table = node.nodes("rels").next().and_then(|it| it.child("relation")).map(Name::of);
    let message = format!(
        "reads and writes of {} wait until it is written anew",
        table.map_or("every table".to_owned(), |it| it.to_string())
    );
    vec![Hit::new(0, message, "plain VACUUM, or pg_repack, which works beside clients")]
}

/// CLUSTER.
pub(super) fn clustered(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("ClusterStmt") else { return Vec::new() };
    let table = node.child("relation").map(Name::of);
    if table.as_ref().is_some_and(|it| !scene.is_live(it)) {
        return Vec::new();
    }
    let message = format!(
        "reads and writes of {} wait until it is written anew in order",
        table.map_or("every clustered table".to_owned(), |it| it.to_string())
    );
    vec![Hit::new(0, message, "pg_repack orders a table beside clients")]
}

/// REFRESH MATERIALIZED VIEW without CONCURRENTLY.
pub(super) fn refreshed(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("RefreshMatViewStmt").filter(|it| !it.is("concurrent") && !it.is("skip_data")) else {
        return Vec::new();
    };
    let Some(view) = scene.live(node.child("relation")) else { return Vec::new() };
    let message = format!("reads of {view} wait until its query is done");
    vec![Hit::new(0, message, "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index on plain columns")]
}

/// Settings that write the table anew.
pub(super) fn rewritten(scene: &Scene<'_>) -> Vec<Hit> {
    let kinds = [
        AlterTableType::AtSetLogged,
        AlterTableType::AtSetUnLogged,
        AlterTableType::AtSetTableSpace,
        AlterTableType::AtSetAccessMethod,
    ];
    let Some((table, mut clauses)) = scene.statement.relation().filter(|it| scene.is_live(&it.0)) else { return Vec::new() };
    let is_sequence = scene.node().integer("objtype") == ObjectType::ObjectSequence as i64;
    clauses.retain(|it| kinds.contains(&it.kind) && !is_sequence);
    let help = "fill a new table that has the setting and swap the two, or choose a quiet hour; an index is moved by REINDEX (TABLESPACE x) … CONCURRENTLY";
    let message = format!("reads and writes of {table} wait until all of it is copied");
    clauses.iter().map(|it| Hit::new(it.offset, &*message, help)).collect()
}

/// Triggers on a table in use.
pub(super) fn triggered(scene: &Scene<'_>) -> Vec<Hit> {
    let node = scene.node();
    let is_drop = node.name == "DropStmt" && node.integer("remove_type") == ObjectType::ObjectTrigger as i64;
    let (table, whom) = if is_drop {
        let mut parts = node.get("objects").items().first().map(Tree::strings).unwrap_or_default();
        parts.pop();
        (Some(Name::parts(&parts)).filter(|it| scene.is_live(it)), "reads and writes")
    } else {
        (scene.live(node.child("relation").filter(|_| node.name == "CreateTrigStmt")), "writes")
    };
    let Some(table) = table else { return Vec::new() };
    let message = format!("{whom} of {table} wait while this waits for its turn, and run otherwise from then on");
    vec![Hit::new(0, message, "set a lock_timeout, and choose a moment without long transactions on the table")]
}

/// REPLICA IDENTITY.
pub(super) fn identified(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, clauses)) = scene.clauses(&[AlterTableType::AtReplicaIdentity]) else { return Vec::new() };
    let hit = |it: &Clause<'_>| {
        let message = match it.definition()?.text("identity_type") {
            "f" => format!(
                "every update of {table} writes the whole old row to the log, and subscribers look rows up by all columns"
            ),
            "n" => format!("updates and deletes of {table} fail as soon as it is published"),
            _ => return None,
        };
        Some(Hit::new(it.offset, message, "a primary key, or a unique index on NOT NULL columns, is the better identity"))
    };
    clauses.iter().filter_map(hit).collect()
}

/// `autovacuum_enabled = false`.
pub(super) fn unvacuumed(scene: &Scene<'_>) -> Vec<Hit> {
    let is_off = |it: &Node| {
        let value = it.get("arg");
        let word = value.string().map(str::to_owned).or_else(|| value.strings().pop()).unwrap_or_default().to_lowercase();
        it.text("defname") == "autovacuum_enabled"
            && (matches!(word.as_str(), "false" | "off" | "no" | "f")
                || value.node().is_some_and(|it| it.name == "Integer" && it.integer("ival") == 0))
    };
    let hit = |offset: usize, table: &Name| {
        let message = format!("{table} grows and gets slow without vacuum, until one is forced against wraparound");
        Hit::new(offset, message, "tune its thresholds instead: autovacuum_vacuum_scale_factor, autovacuum_vacuum_cost_limit")
    };
    if let Some(node) = scene.is("CreateStmt") {
        let table = node.child("relation").map(Name::of).filter(|_| node.nodes("options").any(is_off));
        return table.map(|it| hit(scene.statement.find("autovacuum_enabled"), &it)).into_iter().collect();
    }
    let Some((table, clauses)) = scene.statement.altered() else { return Vec::new() };
    let is_set = |it: &&Clause<'_>| it.kind == AlterTableType::AtSetRelOptions && options(it.node).any(is_off);
    clauses.iter().filter(is_set).map(|it| hit(it.offset, &table)).collect()
}

/// The options of a clause.
fn options(clause: &Node) -> impl Iterator<Item = &Node> {
    let definition = clause.get("def");
    let list = definition.node().map(|it| it.get("items").items()).unwrap_or_default();
    definition.items().iter().chain(list).filter_map(Tree::node)
}
