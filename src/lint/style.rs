//! Rules of taste about the types of columns; all of them are off by themselves.

use pg_query::protobuf::AlterTableType;

use super::Hit;
use super::scene::Scene;
use super::types::{Type, is_serial};
use crate::source::tree::Node;

/// The types of the columns that a statement makes.
fn columns<'a>(scene: &Scene<'a>) -> Vec<&'a Node> {
    let node = scene.node();
    let mut columns: Vec<&Node> = Vec::new();
    if node.name == "CreateStmt" {
        columns.extend(node.nodes("table_elts").filter(|it| it.name == "ColumnDef"));
    }
    if let Some((_, clauses)) = scene.statement.altered() {
        let makes = |it: &&super::statement::Clause<'_>| {
            matches!(it.kind, AlterTableType::AtAddColumn | AlterTableType::AtAlterColumnType)
        };
        columns.extend(clauses.iter().filter(makes).filter_map(|it| it.node.child("def")));
    }
    columns.into_iter().filter_map(|it| it.child("type_name")).collect()
}

fn hits(scene: &Scene<'_>, is: impl Fn(&Node, &Type) -> bool, message: &str, help: &str) -> Vec<Hit> {
    let hit = |it: &&Node| Hit::new(usize::try_from(it.integer("location")).unwrap_or_default(), message, help);
    columns(scene).iter().filter(|it| is(it, &Type::of(it))).map(hit).collect()
}

/// `char(n)`.
pub(super) fn char(scene: &Scene<'_>) -> Vec<Hit> {
    let is = |_: &Node, it: &Type| it.name == "bpchar";
    hits(scene, is, "char(n) is padded with blanks, and saves no space", "use text, with a check of the length if it matters")
}

/// `varchar(n)`.
pub(super) fn varchar(scene: &Scene<'_>) -> Vec<Hit> {
    let is = |_: &Node, it: &Type| it.name == "varchar" && !it.modifiers.is_empty();
    hits(
        scene,
        is,
        "a shorter limit later writes the table anew",
        "use text with a check of the length, which can be changed online",
    )
}

/// `timestamp` without a time zone.
pub(super) fn timestamp(scene: &Scene<'_>) -> Vec<Hit> {
    let is = |_: &Node, it: &Type| it.name == "timestamp";
    hits(scene, is, "which moment this is depends on who reads it", "use timestamptz")
}

/// `serial`.
pub(super) fn serial(scene: &Scene<'_>) -> Vec<Hit> {
    hits(
        scene,
        |node, _| is_serial(node),
        "the sequence of a serial column has privileges and a type of its own",
        "use GENERATED ALWAYS AS IDENTITY",
    )
}

/// `json`.
pub(super) fn json(scene: &Scene<'_>) -> Vec<Hit> {
    let is = |_: &Node, it: &Type| it.name == "json";
    hits(scene, is, "json has no equality: DISTINCT, GROUP BY and UNION over it fail", "use jsonb")
}
