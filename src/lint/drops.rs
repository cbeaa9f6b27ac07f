//! Rules about what is dropped.

use pg_query::protobuf::{AlterTableType, ObjectType};

use super::Hit;
use super::known::Name;
use super::scene::Scene;
use super::statement::{Clause, Statement};

/// DROP COLUMN.
pub(super) fn column(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, clauses)) = scene.clauses(&[AlterTableType::AtDropColumn]) else { return Vec::new() };
    let hit = |it: &Clause<'_>| {
        let message = format!("the running application may still name {table}.{}, and its values are gone", it.name);
        let help = "deploy an application without it first; then rename it aside for a while, and drop it in a later migration";
        Hit::new(it.offset, message, help)
    };
    clauses.iter().map(hit).collect()
}

/// DROP TABLE, and DROP SCHEMA with all that is in it.
pub(super) fn table(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("DropStmt") else { return Vec::new() };
    let is = |kind: ObjectType| node.integer("remove_type") == kind as i64;
    let names: Vec<String> = if is(ObjectType::ObjectTable) {
        let names = node.get("objects").items().iter().map(|it| Name::parts(&it.strings()));
        names.filter(|it| scene.is_live(it)).map(|it| it.to_string()).collect()
    } else if is(ObjectType::ObjectSchema) && node.integer("behavior") == pg_query::protobuf::DropBehavior::DropCascade as i64 {
        node.get("objects").items().iter().filter_map(|it| it.string()).map(|it| format!("all of {it}")).collect()
    } else {
        return Vec::new();
    };
    let help = "deploy an application without it first; then move it to a schema of its own, and drop it in a later migration";
    let hit = |it: &String| Hit::new(0, format!("the running application may still name {it}, and the rows are gone"), help);
    names.iter().map(hit).collect()
}

/// What goes with a column without a word.
pub(super) fn more(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, clauses)) = scene.clauses(&[AlterTableType::AtDropColumn]) else { return Vec::new() };
    let Some(known) = scene.table(&table) else { return Vec::new() };
    let dropped: Vec<&str> = clauses.iter().map(|it| it.name).collect();
    let hit = |clause: &Clause<'_>| {
        // What is on this column alone goes with it as anyone expects.
        let others = |it: &[&String]| it.iter().any(|it| !dropped.contains(&it.as_str()));
        let with = |it: &[&String]| it.iter().any(|it| *it == clause.name) && others(it);
        let constraints =
            known.constraints.iter().filter(|it| with(&it.1.columns.iter().collect::<Vec<_>>())).map(|it| it.0.clone());
        let indexes = known.indexes.iter().filter(|it| with(&it.columns.iter().chain(&it.computed).collect::<Vec<_>>()));
        let gone: Vec<String> = constraints.chain(indexes.filter_map(|it| it.name.clone())).collect();
        let message =
            format!("{} {} dropped with it, without a word", gone.join(" and "), if gone.len() == 1 { "is" } else { "are" });
        let help = "drop them in statements of their own, and make again what is to stay without the column";
        (!gone.is_empty()).then(|| Hit::new(clause.offset, message, help))
    };
    clauses.iter().filter_map(hit).collect()
}

/// The positions of sequences.
pub(super) fn sequence(scene: &Scene<'_>) -> Vec<Hit> {
    let node = scene.node();
    let help = "note last_value before; a rollback that makes it anew must call setval";
    if node.name == "DropStmt" && node.integer("remove_type") == ObjectType::ObjectSequence as i64 {
        let names = node.get("objects").items().iter().map(|it| Name::parts(&it.strings())).filter(|it| scene.is_live(it));
        return names.map(|it| Hit::new(0, format!("the position of {it} is lost"), help)).collect();
    }
    if node.name == "AlterSeqStmt" && node.option("options", "restart").is_some() {
        let Some(name) = scene.live(node.child("sequence")) else { return Vec::new() };
        let message = format!("{name} may give out numbers that are taken, and its position is lost");
        return vec![Hit::new(scene.statement.find("RESTART"), message, help)];
    }
    let Some((table, clauses)) = scene.clauses(&[AlterTableType::AtDropIdentity]) else { return Vec::new() };
    let hit = |it: &Clause<'_>| Hit::new(it.offset, format!("the position of the sequence of {table}.{} is lost", it.name), help);
    clauses.iter().map(hit).collect()
}

/// A view or routine that is dropped and made again, without the privileges it had.
pub(super) fn recreated(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("DropStmt") else { return Vec::new() };
    let kind = node.integer("remove_type");
    let is = |kinds: &[ObjectType]| kinds.iter().any(|it| *it as i64 == kind);
    let is_routine = is(&[ObjectType::ObjectFunction, ObjectType::ObjectProcedure]);
    if !is_routine && !is(&[ObjectType::ObjectView, ObjectType::ObjectMatview]) {
        return Vec::new();
    }
    let names = node.get("objects").items().iter().map(|it| Name::parts(&it.strings()));
    // One that was made in these files and given nothing since loses nothing.
    let may_have = |it: &Name| scene.known.marked.get(it).is_none_or(|it| *it);
    let lost = names.filter(|it| scene.is_live(it) && may_have(it)).filter(|name| {
        let makes = |it: &Statement| made(it).as_ref() == Some(name);
        scene.after().iter().any(makes) && !scene.after().iter().any(|it| grants(it, name) || comments(it, name))
    });
    let hit = |it: Name| {
        let message = if is_routine {
            format!("{it} is made again with EXECUTE for PUBLIC: the privileges it had are lost")
        } else {
            format!("{it} is made again without the privileges and comments it had")
        };
        Hit::new(0, message, "GRANT and REVOKE after it what it had, or use CREATE OR REPLACE where that is possible")
    };
    lost.map(hit).collect()
}

/// The view or routine that a statement makes.
fn made(statement: &Statement) -> Option<Name> {
    let node = statement.node();
    match node.name {
        "ViewStmt" => node.child("view").map(Name::of),
        "CreateTableAsStmt" => node.child("into").and_then(|it| it.child("rel")).map(Name::of),
        "CreateFunctionStmt" => Some(Name::parts(&node.get("funcname").strings())),
        _ => None,
    }
}

/// Whether a statement comments on an object: whoever says that again also says again what was granted.
fn comments(statement: &Statement, name: &Name) -> bool {
    let node = statement.node();
    node.name == "CommentStmt" && Name::parts(&node.get("object").strings()) == *name
}

/// Whether a statement gives or takes privileges on an object.
pub(super) fn grants(statement: &Statement, name: &Name) -> bool {
    let node = statement.node();
    let is_it = |it: &crate::source::tree::Tree| match it.node() {
        Some(range) if range.name == "RangeVar" => Name::of(range) == *name,
        _ => Name::parts(&it.strings()) == *name,
    };
    node.name == "GrantStmt" && node.get("objects").items().iter().any(is_it)
}
