//! Rules about columns that are added to a table with rows, and about generated ones.

use pg_query::protobuf::{AlterTableType, ConstrType};

use super::Hit;
use super::known::{self, Name, kind};
use super::scene::{Scene, default, has};
use super::statement::Clause;
use super::types::is_serial;
use crate::source::tree::{Node, Tree};

/// Functions of PostgreSQL and of its extensions that give each row another value.
const VOLATILE: &[&str] = &[
    "clock_timestamp",
    "timeofday",
    "random",
    "random_normal",
    "gen_random_uuid",
    "gen_random_bytes",
    "uuidv4",
    "uuidv7",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "nextval",
    "setval",
    "currval",
    "lastval",
    "gen_salt",
];

/// The columns that a statement adds to a table which may hold rows.
fn added<'a>(scene: &Scene<'a>) -> Option<(Name, Vec<(Clause<'a>, &'a Node)>)> {
    let (table, clauses) = scene.clauses(&[AlterTableType::AtAddColumn])?;
    Some((table, clauses.into_iter().filter_map(|it| Some((it, it.node.child("def")?))).collect()))
}

/// A default that differs from row to row.
pub(super) fn volatile(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, added)) = added(scene) else { return Vec::new() };
    let hit = |(clause, column): &(Clause<'_>, &Node)| {
        let function = volatile_in(scene, default(column)?)?;
        let column = column.text("colname");
        let message =
            format!("reads and writes of {table} wait until every row has its own {function}() and every index is built anew");
        let help =
            format!("ADD COLUMN {column} …, ALTER COLUMN {column} SET DEFAULT … in one statement, then fill it in batches");
        Some(Hit::new(clause.offset, message, help))
    };
    added.iter().filter_map(hit).collect()
}

/// The first volatile function of an expression. One whose volatility is not known is none, and neither is an SQL function: what it
/// comes to may be a constant.
fn volatile_in(scene: &Scene<'_>, tree: &Tree) -> Option<String> {
    let mut found = None;
    tree.walk(&mut |node| {
        if node.name == "FuncCall" {
            let name = Name::parts(&node.get("funcname").strings());
            let own = scene.known.routines.get(&name);
            let is_volatile = match own {
                Some(all) => all.iter().all(|it| it.volatile && it.language != "sql"),
                None => VOLATILE.contains(&name.name.as_str()),
            };
            if is_volatile {
                found.get_or_insert(name.name);
            }
        }
        found.is_none()
    });
    found
}

/// `serial` or identity.
pub(super) fn numbered(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, added)) = added(scene) else { return Vec::new() };
    let is = |column: &Node| column.child("type_name").is_some_and(is_serial) || has(column, ConstrType::ConstrIdentity);
    let message = format!("reads and writes of {table} wait until every row has a number and every index is built anew");
    let help = "add a plain column, fill it in batches, then SET NOT NULL through a check and ADD GENERATED … AS IDENTITY";
    added.iter().filter(|it| is(it.1)).map(|it| Hit::new(it.0.offset, &*message, help)).collect()
}

/// A stored generated column, new or with another expression.
pub(super) fn stored(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, clauses)) = scene.clauses(&[AlterTableType::AtAddColumn, AlterTableType::AtSetExpression]) else {
        return Vec::new();
    };
    let is_stored = |it: &&Clause<'_>| match it.kind {
        AlterTableType::AtAddColumn => it.definition().is_some_and(|it| {
            it.nodes("constraints").any(|it| kind(it) == ConstrType::ConstrGenerated && it.text("generated_kind") != "v")
        }),
        _ => scene.table(&table).and_then(|known| known.columns.get(it.name)).is_none_or(|it| it.generated != Some('v')),
    };
    let message = format!("reads and writes of {table} wait until every row is computed and every index is built anew");
    let help = if scene.version >= 18 {
        "a VIRTUAL generated column costs nothing; or a plain column that a trigger fills, filled in batches"
    } else {
        "use a plain column that a trigger fills, and fill it in batches"
    };
    clauses.iter().filter(is_stored).map(|it| Hit::new(it.offset, &*message, help)).collect()
}

/// A column of a domain with a constraint.
pub(super) fn of_domain(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, added)) = added(scene) else { return Vec::new() };
    let is = |column: &Node| {
        let name = column.child("type_name").map(|it| Name::parts(&it.get("names").strings()));
        name.is_some_and(|it| scene.known.domains.get(&it) == Some(&true))
    };
    let message = format!("reads and writes of {table} wait until every row is written anew: the domain has a constraint");
    let help = "use the type under the domain, and a check on the table: NOT VALID, validated in the next migration";
    added.iter().filter(|it| is(it.1)).map(|it| Hit::new(it.0.offset, &*message, help)).collect()
}

/// What PostgreSQL refuses to do with virtual generated columns.
pub(super) fn of_virtual(scene: &Scene<'_>) -> Vec<Hit> {
    let is_virtual = |table: &Name, column: &str| {
        let known = scene.table(table).and_then(|it| it.columns.get(column));
        known.is_some_and(|it| it.generated == Some('v'))
    };
    if let Some(node) = scene.is("IndexStmt") {
        let Some(table) = node.child("relation").map(Name::of) else { return Vec::new() };
        let index = known::index(node);
        let mut columns = index.columns.iter().chain(&index.computed);
        let Some(column) = columns.find(|it| is_virtual(&table, it)) else { return Vec::new() };
        let message = format!("this fails: {column} is a virtual generated column, which cannot be indexed");
        return vec![Hit::new(0, message, "index the expression itself, or make the column STORED")];
    }
    let Some((table, clauses)) = scene.statement.altered() else { return Vec::new() };
    let has_check = scene.table(&table).is_some_and(|it| it.constraints.values().any(|it| it.kind == ConstrType::ConstrCheck));
    let hit = |it: &Clause<'_>| {
        let message = match it.kind {
            AlterTableType::AtDropExpression => format!("this fails: {} is virtual, and has no values to keep", it.name),
            AlterTableType::AtSetExpression if has_check => {
                format!("this fails: {table} has a check, and {} is virtual", it.name)
            }
            _ => return None,
        };
        Some(Hit::new(it.offset, message, "drop the column and add it anew: that costs nothing"))
    };
    clauses.iter().filter(|it| is_virtual(&table, it.name)).filter_map(hit).collect()
}

/// SET DEFAULT and DROP DEFAULT.
pub(super) fn new_default(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, clauses)) = scene.altered() else { return Vec::new() };
    let is_new = |column: &str| {
        clauses
            .iter()
            .any(|it| it.kind == AlterTableType::AtAddColumn && it.definition().is_some_and(|it| it.text("colname") == column))
    };
    let changes = |it: &&Clause<'_>| {
        let known = scene.table(&table).and_then(|known| known.columns.get(it.name));
        let gains = it.definition().is_some() && known.is_some_and(|it| !it.has_default);
        it.kind == AlterTableType::AtColumnDefault && !is_new(it.name) && !gains
    };
    let help = "make sure that the running application does not count on the old one";
    let hit = |it: &Clause<'_>| {
        Hit::new(it.offset, format!("rows without a value for {} come out otherwise from now on", it.name), help)
    };
    clauses.iter().filter(changes).map(hit).collect()
}

/// Fixed columns of falling width, which leave gaps.
pub(super) fn unaligned(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("CreateStmt") else { return Vec::new() };
    let width = |it: &Node| match scene.known.type_of(it.child("type_name")).name.as_str() {
        "int8" | "timestamp" | "timestamptz" | "float8" | "time" | "money" => Some(8),
        "int4" | "date" | "float4" | "oid" => Some(4),
        "int2" => Some(2),
        "bool" => Some(1),
        _ => None,
    };
    let columns = node.nodes("table_elts").filter(|it| it.name == "ColumnDef");
    let widths: Vec<usize> = columns.map_while(width).collect();
    let padded = |widths: &[usize]| widths.iter().fold(0_usize, |at, it| at.next_multiple_of(*it) + it).next_multiple_of(8);
    let mut sorted = widths.clone();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let lost = padded(&widths).saturating_sub(padded(&sorted));
    if lost == 0 {
        return Vec::new();
    }
    let help = "wide ones first: bigint and timestamps, then integer and date, then smallint and boolean";
    vec![Hit::new(0, format!("the order of the columns costs {lost} bytes of padding in every row"), help)]
}
