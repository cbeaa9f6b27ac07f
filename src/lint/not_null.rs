//! Rules about NOT NULL.

use pg_query::protobuf::{AlterTableType, ConstrType};

use super::Hit;
use super::known::{Name, Table, kind};
use super::scene::{Scene, default, has};
use super::statement::Clause;
use crate::source::tree::Node;

/// SET NOT NULL where nothing shows that there is no null.
pub(super) fn set(scene: &Scene<'_>) -> Vec<Hit> {
    let kinds = [AlterTableType::AtSetNotNull, AlterTableType::AtAddConstraint];
    let Some((table, mut clauses)) = scene.clauses(&kinds) else { return Vec::new() };
    clauses.retain(|it| it.kind == AlterTableType::AtSetNotNull || it.definition().is_some_and(is_checked));
    let known = scene.table(&table);
    let is_shown = |it: &&Clause<'_>| {
        let name = constrained(it);
        let by_what_is_known =
            |known: &Table| known.lets_no_null_into(&name) || known.columns.get(&name).is_some_and(|it| it.is_required);
        known.is_some_and(by_what_is_known) || validates_the_unknown(scene, &table)
    };
    let hit = |it: &Clause<'_>| {
        let message = format!("reads and writes of {table} wait until every row is read");
        let name = constrained(it);
        let is_new = scene.statement.altered().is_some_and(|(_, all)| {
            all.iter().any(|it| it.kind == AlterTableType::AtAddColumn && column(it).is_some_and(|it| it == name))
        });
        let help = if is_new {
            format!("write it behind the new column: ADD COLUMN {name} … DEFAULT … NOT NULL reads no row")
        } else if scene.version >= 18 {
            let constraint = format!("{}_{name}_not_null", table.name);
            format!("ADD CONSTRAINT {constraint} NOT NULL {name} NOT VALID, and VALIDATE CONSTRAINT in the next migration")
        } else {
            format!(
                "ADD CONSTRAINT c CHECK ({name} IS NOT NULL) NOT VALID; in the next migration VALIDATE CONSTRAINT c; in the one after \
                 it this, then DROP CONSTRAINT c"
            )
        };
        Hit::new(it.offset, message, help)
    };
    clauses.iter().filter(|it| !is_shown(it)).map(hit).collect()
}

/// Whether a constraint is a NOT NULL that is checked at once.
fn is_checked(constraint: &Node) -> bool {
    kind(constraint) == ConstrType::ConstrNotnull && !constraint.is("skip_validation")
}

/// The column that a clause lets no null into.
fn constrained(clause: &Clause<'_>) -> String {
    let keys = clause.definition().and_then(|it| it.get("keys").strings().pop());
    keys.unwrap_or_else(|| clause.name.to_owned())
}

fn column<'a>(clause: &Clause<'a>) -> Option<&'a str> {
    clause.node.child("def").map(|it| it.text("colname"))
}

/// Whether this file validated a constraint that was made where we did not see it: it may be the one that shows it.
fn validates_the_unknown(scene: &Scene<'_>, table: &Name) -> bool {
    let constraints = scene.table(table).map(|it| &it.constraints);
    let is_unknown = |it: &Clause<'_>| {
        it.kind == AlterTableType::AtValidateConstraint && !constraints.is_some_and(|all| all.contains_key(it.name))
    };
    let altered = scene.before().iter().filter_map(super::statement::Statement::altered);
    altered.filter(|it| it.0 == *table).any(|it| it.1.iter().any(is_unknown))
}

/// SET NOT NULL and DROP CONSTRAINT in one statement: the drop runs first.
pub(super) fn dropped_first(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, clauses)) = scene.clauses(&[AlterTableType::AtSetNotNull, AlterTableType::AtDropConstraint]) else {
        return Vec::new();
    };
    let known = scene.table(&table);
    let drops = |column: &str| {
        clauses.iter().filter(|it| it.kind == AlterTableType::AtDropConstraint).find(|it| {
            let constraint = known.and_then(|known| known.constraints.get(it.name));
            constraint.is_none_or(|it| it.required.contains(column))
        })
    };
    let hit = |it: &Clause<'_>| {
        let dropped = drops(it.name)?;
        let message =
            format!("every row is read: PostgreSQL drops {} before it looks whether {} can hold a null", dropped.name, it.name);
        Some(Hit::new(dropped.offset, message, "two statements: SET NOT NULL, then DROP CONSTRAINT"))
    };
    clauses.iter().filter(|it| it.kind == AlterTableType::AtSetNotNull).filter_map(hit).collect()
}

/// A new column that no row can have.
pub(super) fn without_default(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, clauses)) = scene.clauses(&[AlterTableType::AtAddColumn]) else { return Vec::new() };
    let fails = |column: &Node| {
        let filled = [ConstrType::ConstrIdentity, ConstrType::ConstrGenerated].iter().any(|it| has(column, *it));
        let is_serial = column.child("type_name").is_some_and(super::types::is_serial);
        let required = has(column, ConstrType::ConstrNotnull) || has(column, ConstrType::ConstrPrimary);
        let is_null = default(column).and_then(|it| it.node()).is_none_or(|it| it.name == "AConst" && it.is("isnull"));
        // A domain may bring a default.
        let type_name = column.child("type_name").map(|it| Name::parts(&it.get("names").strings()));
        let is_domain = type_name.is_some_and(|it| scene.known.domains.contains_key(&it));
        required && is_null && !filled && !is_serial && !is_domain
    };
    let hit = |it: &Clause<'_>| {
        let column = it.definition()?.text("colname");
        let message = format!("this fails as soon as {table} has a row: {column} has no value for it");
        Some(Hit::new(it.offset, message, "give it a DEFAULT, or add it without NOT NULL, fill it, and require it later"))
    };
    clauses.iter().filter(|it| it.definition().is_some_and(fails)).filter_map(hit).collect()
}
