//! Rules about constraints that are added to a table with rows.

use pg_query::protobuf::{AlterTableType, ConstrType};

use super::Hit;
use super::known::{self, Name};
use super::scene::{Added, Scene, default};

/// The constraints of one kind that a statement adds to a table which may hold rows.
fn added<'a>(scene: &Scene<'a>, kinds: &[ConstrType]) -> Option<(Name, Vec<Added<'a>>)> {
    let (table, mut added) = scene.added()?;
    added.retain(|it| kinds.contains(&it.kind));
    (!added.is_empty()).then_some((table, added))
}

/// Whether a constraint is checked against the rows that are there.
fn is_checked(added: &Added<'_>) -> bool {
    // Only checks and foreign keys can be left unenforced; for these the tree always says.
    !added.node.is("skip_validation") && added.node.is("is_enforced")
}

/// A foreign key that is checked at once.
pub(super) fn foreign_key(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, added)) = added(scene, &[ConstrType::ConstrForeign]) else { return Vec::new() };
    let hit = |it: &Added<'_>| {
        let parent = it.node.child("pktable").map(Name::of)?;
        if it.column.is_some() && it.column.and_then(default).is_none() {
            return None; // all nulls: nothing to check
        }
        if takes_in(scene, &table, it) {
            return None;
        }
        let message = format!("writes to {table} and {parent} wait until every row is checked");
        let by_leaf = scene.version < 18 && scene.table(&table).is_some_and(|it| it.is_partitioned);
        let help = match it.column {
            _ if by_leaf => {
                "add it NOT VALID to each partition and validate it there, then add it here: it is merged without a scan"
            }
            Some(_) => "add the column first, then the constraint NOT VALID, then VALIDATE CONSTRAINT in the next migration",
            None => "add it NOT VALID, and VALIDATE CONSTRAINT in the next migration",
        };
        Some(Hit::new(it.offset, message, help))
    };
    added.iter().filter(|it| is_checked(it)).filter_map(hit).collect()
}

/// Whether every partition has a valid constraint that says the same already: then they are merged without a scan.
fn takes_in(scene: &Scene<'_>, table: &Name, added: &Added<'_>) -> bool {
    let Some(known) = scene.table(table).filter(|it| it.is_partitioned && it.is_whole && !it.partitions.is_empty()) else {
        return false;
    };
    let Some((_, key)) = known::constraint(table, None, added.node) else { return false };
    let has = |it: &Name| {
        let mut keys = scene.table(it).into_iter().flat_map(|it| it.constraints.values());
        keys.any(|it| it.is_valid && (it.kind, &it.columns, &it.points_to) == (key.kind, &key.columns, &key.points_to))
    };
    known.partitions.iter().all(has)
}

/// A check that is checked at once.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, added)) = added(scene, &[ConstrType::ConstrCheck]) else { return Vec::new() };
    let message = format!("reads and writes of {table} wait until every row is checked");
    let help = "add it NOT VALID, and VALIDATE CONSTRAINT in the next migration";
    added.iter().filter(|it| it.column.is_none() && is_checked(it)).map(|it| Hit::new(it.offset, &*message, help)).collect()
}

/// A check behind a new column: every row is read, though all have the default.
pub(super) fn column_check(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, added)) = added(scene, &[ConstrType::ConstrCheck, ConstrType::ConstrNotnull]) else { return Vec::new() };
    let is_virtual = |it: &Added<'_>| {
        let generated = |it: &crate::source::tree::Node| it.text("generated_kind") == "v";
        it.column.is_some_and(|it| it.nodes("constraints").any(generated))
    };
    let scans = |it: &&Added<'_>| it.column.is_some() && (it.kind == ConstrType::ConstrCheck && is_checked(it) || is_virtual(it));
    let message = format!("reads and writes of {table} wait until every row is checked, though all have the same value");
    let help =
        "ADD COLUMN c …, ADD CONSTRAINT k CHECK (…) NOT VALID in one statement, and VALIDATE CONSTRAINT k in the next migration";
    added.iter().filter(scans).map(|it| Hit::new(it.offset, &*message, help)).collect()
}

/// VALIDATE in the transaction that added the constraint.
pub(super) fn validated(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, clauses)) = scene.clauses(&[AlterTableType::AtValidateConstraint]) else { return Vec::new() };
    let Some((before, _)) = scene.together() else { return Vec::new() };
    let adds = |name: &str| {
        let mut statements = before.iter().chain([scene.statement]);
        statements.find(|it| {
            let Some((altered, clauses)) = it.altered() else { return false };
            let constraints = clauses.iter().filter(|it| it.kind == AlterTableType::AtAddConstraint);
            let mut names = constraints.filter_map(|it| known::constraint(&altered, None, it.definition()?)).map(|it| it.0);
            altered == table && names.any(|it| it == name)
        })
    };
    let hit = |clause: &super::statement::Clause<'_>| {
        let line = scene.line(adds(clause.name)?);
        let message = format!("the lock of line {line} is held while every row of {table} is checked: NOT VALID gains nothing");
        Some(Hit::new(clause.offset, message, "move VALIDATE CONSTRAINT into the next migration"))
    };
    clauses.iter().filter_map(hit).collect()
}

/// UNIQUE or PRIMARY KEY without an index that is there already.
fn key(scene: &Scene<'_>, kind: ConstrType, word: &str) -> Vec<Hit> {
    let Some((table, added)) = added(scene, &[kind]) else { return Vec::new() };
    let message = format!("reads and writes of {table} wait until the index is built");
    let help = if scene.table(&table).is_some_and(|it| it.is_partitioned) {
        format!(
            "ALTER TABLE ONLY {table} ADD …, then an index CONCURRENTLY and {word} USING INDEX on each partition, then ALTER INDEX … ATTACH PARTITION"
        )
    } else {
        format!("CREATE UNIQUE INDEX CONCURRENTLY i …, and ADD CONSTRAINT … {word} USING INDEX i in the next migration")
    };
    let is_only = scene.node().child("relation").is_some_and(|it| !it.is("inh"));
    let builds = |it: &&Added<'_>| it.node.text("indexname").is_empty() && !is_only && !takes_in(scene, &table, it);
    added.iter().filter(builds).map(|it| Hit::new(it.offset, &*message, &*help)).collect()
}

/// UNIQUE that builds its index.
pub(super) fn unique(scene: &Scene<'_>) -> Vec<Hit> {
    key(scene, ConstrType::ConstrUnique, "UNIQUE")
}

/// PRIMARY KEY that builds its index.
pub(super) fn primary_key(scene: &Scene<'_>) -> Vec<Hit> {
    key(scene, ConstrType::ConstrPrimary, "PRIMARY KEY")
}

/// EXCLUDE, for which there is no other way.
pub(super) fn exclusion(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, added)) = added(scene, &[ConstrType::ConstrExclusion]) else { return Vec::new() };
    let message = format!("reads and writes of {table} wait until the index is built; PostgreSQL has no other way");
    let help = "choose a quiet hour, or fill a new table that has the constraint and swap the two";
    added.iter().map(|it| Hit::new(it.offset, &*message, help)).collect()
}

/// `ALTER CONSTRAINT … ENFORCED`.
pub(super) fn enforced(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, clauses)) = scene.clauses(&[AlterTableType::AtAlterConstraint]) else { return Vec::new() };
    let turns_on = |it: &&super::statement::Clause<'_>| {
        it.definition().is_some_and(|it| it.is("alter_enforceability") && it.is("is_enforced"))
    };
    let hit = |it: &super::statement::Clause<'_>| {
        let is_check = scene
            .table(&table)
            .and_then(|known| known.constraints.get(it.name))
            .is_some_and(|it| it.kind == ConstrType::ConstrCheck);
        let message = if is_check {
            format!("this fails: {} is a check, which cannot be turned on", it.name)
        } else {
            format!("reads and writes of {table} wait until every row is checked")
        };
        Hit::new(
            it.offset,
            message,
            "add it anew as NOT VALID under another name, validate it in the next migration, drop the old one",
        )
    };
    clauses.iter().filter(turns_on).map(hit).collect()
}

/// A NOT VALID foreign key on a partitioned table, which PostgreSQL refuses up to 17.
pub(super) fn not_valid_on_partitioned(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, added)) = added(scene, &[ConstrType::ConstrForeign]) else { return Vec::new() };
    if !scene.table(&table).is_some_and(|it| it.is_partitioned) {
        return Vec::new();
    }
    let help = "add it NOT VALID to each partition and validate it there, then add it here: it is merged without a scan";
    let message = format!("this fails before PostgreSQL 18: {table} is partitioned");
    added.iter().filter(|it| it.node.is("skip_validation")).map(|it| Hit::new(it.offset, &*message, help)).collect()
}
