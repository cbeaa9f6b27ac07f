//! Rules about changes of a column's type.

use pg_query::protobuf::AlterTableType;

use super::Hit;
use super::indexes::analyzes;
use super::known::{Column, Name, Table};
use super::scene::Scene;
use super::statement::{Clause, Statement};
use super::types::{Circumstances, Effect, Type, is_trivial};
use crate::source::tree::Node;

/// A change of type.
struct Change<'a> {
    table: Name,
    column: &'a str,
    offset: usize,
    old: Option<&'a Column>,
    new: Type,
    effect: Effect,
    /// What on the column makes a free change cost after all.
    catch: Option<&'static str>,
}

/// The changes of type of a statement.
fn changes<'a>(scene: &Scene<'a>) -> Vec<Change<'a>> {
    let Some((table, clauses)) = scene.clauses(&[AlterTableType::AtAlterColumnType]) else { return Vec::new() };
    let known = scene.table(&table);
    clauses.iter().filter_map(|it| change(scene, &table, known, it)).collect()
}

fn change<'a>(scene: &Scene<'a>, table: &Name, known: Option<&'a Table>, clause: &Clause<'a>) -> Option<Change<'a>> {
    let definition: &'a Node = clause.node.child("def")?;
    let mut new = scene.known.type_of(definition.child("type_name"));
    new.collation = definition.child("coll_clause").map(|it| it.get("collname").strings().join("."));
    let old = known.and_then(|it| it.columns.get(clause.name));
    let constrained = definition.child("type_name").map(|it| Name::parts(&it.get("names").strings()));
    let constrained = constrained.and_then(|it| scene.known.domains.get(&it).copied());
    let is_utc = scene.setting("timezone").is_some_and(|it| matches!(it.as_str(), "utc" | "etc/utc"));
    let nothing = Type::default();
    let of = old.map_or(&nothing, |it| &it.of);
    let is_enum = scene.known.is_enum(of) || scene.known.is_enum(&new);
    let mut effect = of.effect(&new, &Circumstances { constrained, is_enum, is_utc });
    if !is_trivial(definition.get("raw_default"), clause.name, &new) {
        effect = Effect::Rewrite;
    }
    let mut catch = None;
    if effect == Effect::Free && old.is_some_and(|it| it.of != new) {
        catch = known.and_then(|it| it.catch(clause.name));
    }
    Some(Change { table: table.clone(), column: clause.name, offset: clause.offset, old, new, effect, catch })
}

impl Table {
    /// What on a column makes every row be read when its type changes, though the values stay as they are.
    fn catch(&self, column: &str) -> Option<&'static str> {
        use pg_query::protobuf::ConstrType;
        let is_in =
            |it: &super::known::Constraint| it.kind == ConstrType::ConstrCheck && it.columns.iter().any(|it| it == column);
        if self.constraints.values().any(is_in) {
            return Some("a check on it is looked at again");
        }
        self.indexes.iter().any(|it| it.computed.contains(column)).then_some("an expression or partial index on it is built anew")
    }

    /// Whether an index or a key is on a column, as far as is known.
    fn has_index_of(&self, column: &str) -> bool {
        let keys = self.constraints.values().filter(|it| super::known::is_key(it.kind)).flat_map(|it| &it.columns);
        self.indexes.iter().flat_map(|it| it.columns.iter().chain(&it.computed)).chain(keys).any(|it| it == column)
    }
}

/// A change that writes the table anew.
pub(super) fn rewrites(scene: &Scene<'_>) -> Vec<Hit> {
    let hit = |it: &Change<'_>| {
        let Change { table, column, .. } = it;
        let message = format!("reads and writes of {table} wait until every row and every index is written anew");
        let dates = |of: &Type| of.name.starts_with("timestamp");
        let help = if it.old.is_some_and(|old| dates(&old.of) && dates(&it.new) && old.of.name != it.new.name) {
            "if the values are meant as UTC: SET LOCAL TimeZone = 'UTC' before it and no USING, which leaves the rows as they are"
                .to_owned()
        } else {
            format!(
                "add a second column, keep it in step by a trigger, fill it in batches, then let it take the place of {column}"
            )
        };
        Hit::new(it.offset, message, help)
    };
    changes(scene).iter().filter(|it| it.effect == Effect::Rewrite).map(hit).collect()
}

/// A change that leaves the rows and builds indexes, or checks, anew.
pub(super) fn rebuilds(scene: &Scene<'_>) -> Vec<Hit> {
    let hit = |it: &Change<'_>| {
        let known = scene.table(&it.table);
        let why = match (it.effect, it.catch) {
            (Effect::Free, Some(why)) => why,
            (Effect::Rebuild, _) if known.is_some_and(|known| known.has_index_of(it.column)) => {
                "the indexes on it are built anew"
            }
            _ => return None,
        };
        let message = format!("reads and writes of {} wait: {why}", it.table);
        let help = "drop the index CONCURRENTLY, or the check, before; and make it again CONCURRENTLY, or NOT VALID, after";
        Some(Hit::new(it.offset, message, help))
    };
    changes(scene).iter().filter_map(hit).collect()
}

/// A change whose cost depends on a type that is not known.
pub(super) fn unknown(scene: &Scene<'_>) -> Vec<Hit> {
    let hit = |it: &Change<'_>| {
        let message = format!(
            "if {} was of another kind of type, all of {} is written anew under a lock that keeps readers out",
            it.column, it.table
        );
        let help = "free are: a longer varchar, varchar to text, a numeric with more digits before the point";
        Hit::new(it.offset, message, help)
    };
    changes(scene).iter().filter(|it| it.effect == Effect::Unknown).map(hit).collect()
}

/// A change of a key that foreign keys join.
pub(super) fn joined(scene: &Scene<'_>) -> Vec<Hit> {
    let hit = |it: &Change<'_>| {
        let own = scene.table(&it.table).into_iter().flat_map(|known| known.constraints.values());
        let own = own.filter(|key| key.points_to.is_some() && key.columns.iter().any(|name| name == it.column));
        let to = own.filter_map(|it| it.points_to.as_ref()).map(|it| &it.0);
        let is_target =
            |columns: &[String]| columns.iter().any(|name| name == it.column) || columns.is_empty() && is_key(scene, it);
        let from =
            scene.known.pointing_to(&it.table).filter(|(_, key)| key.points_to.as_ref().is_some_and(|it| is_target(&it.1)));
        let other = to.chain(from.map(|it| it.0)).find(|other| **other != it.table)?;
        let message = format!("{other} is locked against readers too: a foreign key joins the two");
        Some(Hit::new(it.offset, message, "drop the foreign key before, and add it NOT VALID after"))
    };
    changes(scene).iter().filter_map(hit).collect()
}

/// Whether a column is in the primary key, which a foreign key without columns means.
fn is_key(scene: &Scene<'_>, change: &Change<'_>) -> bool {
    let mut constraints = scene.table(&change.table).into_iter().flat_map(|it| it.constraints.values());
    let is_primary = |it: &super::known::Constraint| it.kind == pg_query::protobuf::ConstrType::ConstrPrimary;
    constraints.any(|it| is_primary(it) && it.columns.iter().any(|it| it == change.column))
}

/// A change of type drops the column's statistics.
pub(super) fn forgets(scene: &Scene<'_>) -> Vec<Hit> {
    let hit = |it: &Change<'_>| {
        let message = format!("the statistics of {} are lost, and plans are bad until the table is analyzed", it.column);
        Hit::new(it.offset, message, format!("ANALYZE {} ({}) after it", it.table, it.column))
    };
    let analyzed = |table: &Name| scene.after().iter().any(|it| analyzes(it.node(), table));
    changes(scene).iter().filter(|it| !analyzed(&it.table)).map(hit).collect()
}

/// A serial column becomes wider, and its sequence does not.
pub(super) fn sequence(scene: &Scene<'_>) -> Vec<Hit> {
    let widens = |it: &Statement| it.node().name == "AlterSeqStmt" && it.node().option("options", "as").is_some();
    if scene.before().iter().chain(scene.after()).any(widens) {
        return Vec::new();
    }
    let stays = |it: &&Change<'_>| it.old.is_some_and(|it| it.is_serial) && it.new.name == "int8";
    let hit = |it: &Change<'_>| {
        let message = format!("the sequence of {} still ends at the old type's last number", it.column);
        Hit::new(it.offset, message, format!("ALTER SEQUENCE {}_{}_seq AS bigint", it.table, it.column))
    };
    changes(scene).iter().filter(stays).map(hit).collect()
}

/// Statements that running sessions have prepared.
pub(super) fn prepared(scene: &Scene<'_>) -> Vec<Hit> {
    let kinds = [AlterTableType::AtAddColumn, AlterTableType::AtAlterColumnType, AlterTableType::AtDropColumn];
    let Some((table, clauses)) = scene.clauses(&kinds) else { return Vec::new() };
    let message = format!("sessions that prepared SELECT * FROM {table} get \"cached plan must not change result type\"");
    let help = "name the columns in the application's queries, or have its pool reconnect";
    clauses.first().map(|it| Hit::new(it.offset, message, help)).into_iter().collect()
}
