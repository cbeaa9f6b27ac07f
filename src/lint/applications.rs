//! Rules about what the running application still calls by its old name.

use pg_query::protobuf::{AlterTableType, ObjectType};

use super::Hit;
use super::known::Name;
use super::scene::Scene;
use super::statement::Statement;
use crate::source::tree::Node;

/// A statement that renames one kind of thing.
fn renamed<'a>(scene: &Scene<'a>, kinds: &[ObjectType]) -> Option<&'a Node> {
    scene.is("RenameStmt").filter(|it| kinds.iter().any(|kind| it.integer("rename_type") == *kind as i64))
}

/// RENAME COLUMN.
pub(super) fn column(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = renamed(scene, &[ObjectType::ObjectColumn]) else { return Vec::new() };
    let Some(table) = scene.live(node.child("relation")) else { return Vec::new() };
    let message = format!("the running application still says {}.{}", table, node.text("subname"));
    let help = "add the new column, keep both in step by a trigger, deploy, and drop the old one in a later migration";
    vec![Hit::new(scene.statement.find("RENAME"), message, help)]
}

/// RENAME and SET SCHEMA of a table or a view.
pub(super) fn table(scene: &Scene<'_>) -> Vec<Hit> {
    let kinds = [ObjectType::ObjectTable, ObjectType::ObjectView, ObjectType::ObjectMatview, ObjectType::ObjectForeignTable];
    let moved = scene.is("AlterObjectSchemaStmt");
    let moved = moved.filter(|it| kinds.iter().any(|kind| it.integer("object_type") == *kind as i64));
    let Some(node) = renamed(scene, &kinds).or(moved) else { return Vec::new() };
    let Some(name) = scene.live(node.child("relation")) else { return Vec::new() };
    // A view of the old name keeps the application running.
    let stands_in = |it: &Statement| {
        let view = it.node().child("view").or_else(|| it.node().child("relation").filter(|_| it.node().name == "CreateStmt"));
        view.map(Name::of).as_ref() == Some(&name)
    };
    let takes_its_place = |it: &Statement| it.node().name == "RenameStmt" && name == name.sibling(it.node().text("newname"));
    let (before, after) = scene.together().unwrap_or_default();
    if after.iter().any(|it| stands_in(it) || takes_its_place(it)) {
        return Vec::new();
    }
    // What was built beside another and gets its name is used by nobody yet.
    let gives_way = |it: &Statement| {
        let is_whole = it.node().name == "RenameStmt" && it.node().text("subname").is_empty();
        is_whole && it.node().child("relation").map(Name::of) == Some(name.sibling(node.text("newname")))
    };
    if moved.is_none() && before.iter().any(gives_way) {
        return Vec::new();
    }
    let message = format!("the running application still says {name}");
    let help = format!(
        "leave a view of the old name behind in the same transaction: CREATE VIEW {name} AS SELECT * FROM …; drop it after the deploy"
    );
    let words = if moved.is_some() { "SET SCHEMA" } else { "RENAME" };
    vec![Hit::new(scene.statement.find(words), message, help)]
}

/// ALTER SCHEMA … RENAME.
pub(super) fn schema(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = renamed(scene, &[ObjectType::ObjectSchema]) else { return Vec::new() };
    let message = format!("the running application still looks in {}", node.text("subname"));
    vec![Hit::new(scene.statement.find("RENAME"), message, "make a new schema, with views in the old one until the deploy")]
}

/// ALTER TYPE … RENAME VALUE.
pub(super) fn value(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("AlterEnumStmt").filter(|it| !it.text("old_val").is_empty()) else { return Vec::new() };
    if scene.known.new.contains(&Name::parts(&node.get("type_name").strings())) {
        return Vec::new();
    }
    let message = format!("the running application still writes and expects '{}'", node.text("old_val"));
    vec![Hit::new(
        scene.statement.find("RENAME VALUE"),
        message,
        "add the new value, deploy an application that knows both, then move the rows",
    )]
}

/// A required column that is set aside while another takes its name.
pub(super) fn aside(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = renamed(scene, &[ObjectType::ObjectColumn]) else { return Vec::new() };
    let Some(table) = scene.live(node.child("relation")) else { return Vec::new() };
    let (old, new) = (node.text("subname"), node.text("newname"));
    let is_bound = scene.table(&table).and_then(|it| it.columns.get(old)).is_some_and(|it| it.is_required && !it.has_default);
    let replaces = |it: &Statement| {
        let same = it.node().child("relation").map(Name::of).as_ref() == Some(&table);
        let adds = |it: &super::statement::Clause<'_>| {
            it.kind == AlterTableType::AtAddColumn && it.definition().is_some_and(|it| it.text("colname") == old)
        };
        let is_rename =
            it.node().name == "RenameStmt" && it.node().text("newname") == old && !it.node().text("subname").is_empty();
        same && (is_rename || it.altered().is_some_and(|it| it.1.iter().any(adds)))
    };
    let frees = |it: &Statement| {
        it.altered()
            .is_some_and(|it| it.0 == table && it.1.iter().any(|it| it.kind == AlterTableType::AtDropNotNull && it.name == new))
    };
    if !is_bound || !scene.after().iter().any(replaces) || scene.after().iter().any(frees) {
        return Vec::new();
    }
    let message = format!("inserts of the new application fail: {new} is still NOT NULL and gets no value");
    vec![Hit::new(scene.statement.find("RENAME"), message, format!("ALTER COLUMN {old} DROP NOT NULL before it"))]
}
