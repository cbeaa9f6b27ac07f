//! Rules about enum types and domains.

use super::Hit;
use super::known::Name;
use super::scene::Scene;
use super::statement::Statement;
use crate::script::NO_TRANSACTION;
use crate::source::lexer::{Kind, Lexer};

/// The value that a statement adds to an enum type, and the type.
fn added(statement: &Statement) -> Option<(Name, String)> {
    let node = statement.node();
    let adds = node.name == "AlterEnumStmt" && node.text("old_val").is_empty();
    adds.then(|| (Name::parts(&node.get("type_name").strings()), node.text("new_val").to_owned()))
}

/// A new value that is used in the transaction that adds it.
pub(super) fn used_at_once(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(((name, value), (_, after))) = added(scene.statement).zip(scene.together()) else { return Vec::new() };
    // From 17 on a type of the same transaction is no problem.
    if scene.version >= 17 && scene.known.new.contains(&name) {
        return Vec::new();
    }
    let literal = format!("'{}'", value.replace('\'', "''"));
    let uses = |it: &&Statement| {
        let mut tokens = Lexer::new(&it.bare);
        added(it).is_none()
            && it.node().name != "CommentStmt"
            && tokens.any(|token| token.kind == Kind::Text && it.bare[token.range.clone()] == literal)
    };
    let Some(user) = after.iter().find(uses) else { return Vec::new() };
    let message = format!("line {} fails: a new value cannot be used in the transaction that adds it", scene.line(user));
    vec![Hit::new(0, message, format!("add the value in a migration of its own before this one, or with {NO_TRANSACTION}"))]
}

/// A value without BEFORE or AFTER.
pub(super) fn without_place(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((_, value)) = added(scene.statement).filter(|_| scene.node().text("new_val_neighbor").is_empty()) else {
        return Vec::new();
    };
    let message = format!("'{value}' comes last in the order of the type, and values cannot be moved later");
    vec![Hit::new(0, message, "say where it belongs: BEFORE or AFTER another value")]
}

/// A new enum type.
pub(super) fn new_enum(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(_) = scene.is("CreateEnumStmt") else { return Vec::new() };
    let message = "a value of an enum type can never be removed, and its place never changed, without making the type anew";
    vec![Hit::new(0, message, "a table of values with a foreign key, or a check, can be changed online")]
}

/// Constraints of a domain, which are checked in every table that uses it.
pub(super) fn constrained(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("AlterDomainStmt") else { return Vec::new() };
    let name = Name::parts(&node.get("type_name").strings());
    if scene.known.new.contains(&name) {
        return Vec::new();
    }
    let checks = match node.text("subtype") {
        "C" => node.child("def").is_some_and(|it| !it.is("skip_validation")),
        "O" | "V" => true,
        _ => false,
    };
    if !checks {
        return Vec::new();
    }
    let message = format!("writes to every table with a column of {name} wait until all of their rows are checked");
    let help = "put a check on each table instead: NOT VALID, validated in the next migration; a domain has no online way, VALIDATE included";
    vec![Hit::new(0, message, help)]
}
