//! Rules about who may do what: owners, privileges, row security, routines.

use pg_query::protobuf::{AlterTableType, ObjectType};

use super::Hit;
use super::drops::grants;
use super::known::{Name, arguments};
use super::scene::Scene;
use super::statement::Statement;
use crate::source::tree::{Node, Tree};

/// OWNER TO: the old owner's privileges become the new one's.
pub(super) fn owner(scene: &Scene<'_>) -> Vec<Hit> {
    let node = scene.node();
    let name = if node.name == "AlterOwnerStmt" {
        Name::parts(&node.get("object").strings())
    } else {
        match scene.clauses(&[AlterTableType::AtChangeOwner]) {
            Some((table, _)) => table,
            None => return Vec::new(),
        }
    };
    let is_new = scene.known.made.contains(&name.name) || !scene.is_live(&name);
    if is_new || scene.after().iter().any(|it| grants(it, &name)) {
        return Vec::new();
    }
    let message = format!(
        "privileges that were granted to the old owner of {name} or to the new one become one: the way back does not part them"
    );
    vec![Hit::new(scene.statement.find("OWNER"), message, "GRANT in the rollback what was granted before")]
}

/// REVOKE.
pub(super) fn revoked(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("GrantStmt").filter(|it| !it.is("is_grant")) else { return Vec::new() };
    let is_new = |it: &Tree| match it.node() {
        Some(range) if range.name == "RangeVar" => !scene.is_live(&Name::of(range)),
        _ => scene.known.made.contains(&Name::parts(&it.strings()).name),
    };
    let objects = node.get("objects").items();
    if !objects.is_empty() && objects.iter().all(is_new) {
        return Vec::new();
    }
    vec![Hit::new(0, "the running application may still need this right", "make sure of that, or revoke after the deploy")]
}

/// Row security that is turned on before there is a policy.
pub(super) fn without_policy(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((table, clauses)) = scene.clauses(&[AlterTableType::AtEnableRowSecurity]) else { return Vec::new() };
    // Before the transaction ends nobody sees it.
    let makes =
        |it: &Statement| it.node().name == "CreatePolicyStmt" && it.node().child("table").map(Name::of).as_ref() == Some(&table);
    let follows = scene.together().is_some_and(|it| it.1.iter().any(makes));
    if follows || !scene.table(&table).is_some_and(|it| it.is_whole && it.policies.is_empty()) {
        return Vec::new();
    }
    let message = format!("nobody but the owner of {table} sees or writes a row until there is a policy");
    clauses.iter().map(|it| Hit::new(it.offset, &*message, "CREATE POLICY first, in the same transaction")).collect()
}

/// Policies of a table in use.
pub(super) fn policy(scene: &Scene<'_>) -> Vec<Hit> {
    let node = scene.node();
    let is_drop = node.name == "DropStmt" && node.integer("remove_type") == ObjectType::ObjectPolicy as i64;
    let table = if is_drop {
        let mut parts = node.get("objects").items().first().map(Tree::strings).unwrap_or_default();
        parts.pop();
        Some(Name::parts(&parts)).filter(|it| scene.is_live(it))
    } else {
        scene.live(node.child("table").filter(|_| matches!(node.name, "CreatePolicyStmt" | "AlterPolicyStmt")))
    };
    let Some(table) = table else { return Vec::new() };
    let message = format!("this changes who sees which rows of {table}");
    vec![Hit::new(0, message, "have someone look at it who knows what the rows mean; policies that permit are joined by OR")]
}

/// A routine with more arguments beside one that stays.
pub(super) fn overloaded(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("CreateFunctionStmt") else { return Vec::new() };
    let name = Name::parts(&node.get("funcname").strings());
    let own: Vec<&Node> = arguments(node).collect();
    let types: Vec<_> = own.iter().map(|it| scene.known.type_of(it.child("arg_type"))).collect();
    let required = own.iter().take_while(|it| *it.get("defexpr") == Tree::Nothing).count();
    let is_shadowed = |it: &Vec<_>| it.len() >= required && it.len() < types.len() && types.starts_with(it);
    let Some(all) = scene.known.routines.get(&name) else { return Vec::new() };
    if !all.iter().any(|it| is_shadowed(&it.arguments)) {
        return Vec::new();
    }
    let message = format!("the old {name} stays beside this one, and calls that fit both fail: function is not unique");
    vec![Hit::new(0, message, "DROP FUNCTION the old one in the same transaction, and GRANT again what it had")]
}

/// ALTER EXTENSION … UPDATE.
pub(super) fn extension(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("AlterExtensionStmt") else { return Vec::new() };
    let message = format!("what this runs is in {}'s own script, and there is seldom a way back", node.text("extname"));
    vec![Hit::new(0, message, "try it on a copy of the database, and read the extension's release notes")]
}
