//! Rules about partitions.

use std::collections::BTreeSet;

use pg_query::protobuf::{AlterTableType, ConstrType};

use super::Hit;
use super::known::Name;
use super::scene::Scene;
use super::statement::{Clause, Statement};

/// `CREATE TABLE … PARTITION OF`.
pub(super) fn created(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("CreateStmt").filter(|it| it.child("partbound").is_some()) else { return Vec::new() };
    let Some(parent) = scene.live(node.nodes("inh_relations").next()) else { return Vec::new() };
    let message = format!("reads and writes of {parent} wait while this waits for its turn");
    let help = format!("CREATE TABLE … (LIKE {parent} INCLUDING ALL) with a check of its bounds, then ATTACH PARTITION");
    vec![Hit::new(scene.statement.find("PARTITION OF"), message, help)]
}

/// The partition that a statement attaches: parent, partition, clause.
fn attached<'a>(scene: &Scene<'a>) -> Option<(Name, Name, Clause<'a>)> {
    let (parent, clauses) = scene.statement.altered()?;
    let clause = *clauses.iter().find(|it| it.kind == AlterTableType::AtAttachPartition)?;
    let partition = clause.node.child("def")?.child("name").map(Name::of)?;
    let is_index = clause.node.child("def").is_some_and(|it| it.child("bound").is_none());
    (!is_index).then_some((parent, partition, clause))
}

/// ATTACH PARTITION of a table whose rows must all be read first.
pub(super) fn attached_unchecked(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((_, partition, clause)) = attached(scene).filter(|it| scene.is_live(&it.1)) else { return Vec::new() };
    // Which check would do is for PostgreSQL to say: any valid one may be it.
    let has_check =
        |it: &super::known::Table| it.constraints.values().any(|it| it.kind == ConstrType::ConstrCheck && it.is_valid);
    if scene.table(&partition).is_some_and(has_check) {
        return Vec::new();
    }
    let message = format!("reads and writes of {partition} wait until every row is compared with the bounds");
    let help = format!(
        "add a check of the bounds, IS NOT NULL included, to {partition}: NOT VALID, then validate it; drop it after ATTACH"
    );
    vec![Hit::new(clause.offset, message, help)]
}

/// ATTACH PARTITION, or a new partition, beside a default partition.
pub(super) fn beside_default(scene: &Scene<'_>) -> Vec<Hit> {
    let node = scene.node();
    let created = node.name == "CreateStmt" && node.child("partbound").is_some_and(|it| !it.is("is_default"));
    let (parent, offset) = match attached(scene) {
        Some((parent, _, clause)) => (parent, clause.offset),
        None if created => match node.nodes("inh_relations").next() {
            Some(it) => (Name::of(it), scene.statement.find("PARTITION OF")),
            None => return Vec::new(),
        },
        None => return Vec::new(),
    };
    let default = scene.table(&parent).and_then(|it| it.default_partition.as_ref()).filter(|it| scene.is_live(it));
    let Some(default) = default else { return Vec::new() };
    let has_check =
        |it: &super::known::Table| it.constraints.values().any(|it| it.kind == ConstrType::ConstrCheck && it.is_valid);
    if scene.table(default).is_some_and(has_check) {
        return Vec::new();
    }
    let message = format!("reads and writes of {default} wait until it is shown that none of its rows belongs into the new one");
    let help = format!("add a check to {default} that excludes the new bounds: NOT VALID, then validate it; drop it after");
    vec![Hit::new(offset, message, help)]
}

/// DETACH PARTITION without CONCURRENTLY.
pub(super) fn detached(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((parent, clauses)) = scene.clauses(&[AlterTableType::AtDetachPartition]) else { return Vec::new() };
    let waits = |it: &&Clause<'_>| it.definition().is_some_and(|it| !it.is("concurrent"));
    // With a default partition there is no other way.
    if scene.table(&parent).is_some_and(|it| it.default_partition.is_some()) {
        return Vec::new();
    }
    let message = format!("reads and writes of {parent} and of the partition wait while this waits for its turn");
    let help = "DETACH PARTITION … CONCURRENTLY, in a file of its own that begins with -- schemagen: no-transaction";
    clauses.iter().filter(waits).map(|it| Hit::new(it.offset, &*message, help)).collect()
}

/// The clauses that detach a partition concurrently.
fn concurrent<'a>(scene: &Scene<'a>) -> Option<(Name, Vec<(Clause<'a>, Name)>)> {
    let (parent, clauses) = scene.clauses(&[AlterTableType::AtDetachPartition])?;
    let detached = clauses.into_iter().filter(|it| it.definition().is_some_and(|it| it.is("concurrent")));
    let named = detached.filter_map(|it| Some((it, it.node.child("def")?.child("name").map(Name::of)?)));
    Some((parent, named.collect()))
}

/// DETACH … CONCURRENTLY where there is a default partition.
pub(super) fn detached_beside_default(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((parent, detached)) = concurrent(scene) else { return Vec::new() };
    let Some(default) = scene.table(&parent).and_then(|it| it.default_partition.as_ref()) else { return Vec::new() };
    let message = format!("this fails: {parent} has a default partition, {default}");
    let help = "detach it without CONCURRENTLY and with a lock_timeout, or empty and detach the default partition first";
    detached.iter().map(|it| Hit::new(it.0.offset, &*message, help)).collect()
}

/// DETACH … CONCURRENTLY leaves a check behind.
pub(super) fn left_check(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((_, detached)) = concurrent(scene) else { return Vec::new() };
    let clears = |it: &Statement, partition: &Name| {
        let node = it.node();
        let drops =
            node.name == "DropStmt" && node.get("objects").items().iter().any(|it| Name::parts(&it.strings()) == *partition);
        let drops_constraint = |it: &Clause<'_>| it.kind == AlterTableType::AtDropConstraint;
        drops || it.altered().is_some_and(|it| it.0 == *partition && it.1.iter().any(drops_constraint))
    };
    let stays = |it: &&(Clause<'_>, Name)| !scene.after().iter().any(|statement| clears(statement, &it.1));
    let hit = |(clause, partition): &(Clause<'_>, Name)| {
        let message = format!("a check of the bounds stays on {partition}, and shows up as a difference");
        Hit::new(clause.offset, message, format!("ALTER TABLE {partition} DROP CONSTRAINT … after it"))
    };
    detached.iter().filter(stays).map(hit).collect()
}

/// ATTACH PARTITION of a table with foreign keys of its own.
pub(super) fn attached_with_keys(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((parent, partition, clause)) = attached(scene) else { return Vec::new() };
    let tables = [&parent, &partition].into_iter().filter_map(|it| scene.table(it));
    let targets: BTreeSet<&Name> = tables.flat_map(super::known::Table::points_to).collect();
    let live: Vec<String> = targets.into_iter().filter(|it| scene.is_live(it)).map(ToString::to_string).collect();
    if live.is_empty() {
        return Vec::new();
    }
    let message = format!("{} is locked too: the foreign keys become one", live.join(" and "));
    vec![Hit::new(clause.offset, message, "set a lock_timeout, and choose a moment without long transactions there")]
}
