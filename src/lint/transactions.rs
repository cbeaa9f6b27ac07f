//! Rules about transactions, timeouts, and what is held while a file runs.

use std::collections::BTreeSet;

use pg_query::protobuf::ObjectType;

use super::Hit;
use super::known::Name;
use super::scene::Scene;
use super::statement::Statement;
use super::text::control;
use crate::lock::{Lock, Mode, Told, Work};
use crate::script::NO_TRANSACTION;
use crate::shape::Words;
use crate::source::tree::Tree;

/// What cannot run inside of a transaction, in words.
fn alone(statement: &Statement) -> Option<&'static str> {
    let node = statement.node();
    match node.name {
        "IndexStmt" if node.is("concurrent") => Some("CREATE INDEX CONCURRENTLY"),
        "DropStmt" if node.is("concurrent") => Some("DROP INDEX CONCURRENTLY"),
        "ReindexStmt" if node.option("params", "concurrently").is_some() => Some("REINDEX CONCURRENTLY"),
        "AlterTableStmt" if node.nodes("cmds").filter_map(|it| it.child("def")).any(|it| it.is("concurrent")) => {
            Some("DETACH PARTITION CONCURRENTLY")
        }
        "VacuumStmt" if node.is("is_vacuumcmd") => Some("VACUUM"),
        "CreatedbStmt" => Some("CREATE DATABASE"),
        "DropdbStmt" => Some("DROP DATABASE"),
        "AlterSystemStmt" => Some("ALTER SYSTEM"),
        _ => None,
    }
}

/// What PostgreSQL refuses inside of a transaction.
pub(super) fn needs_none(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(what) = alone(scene.statement).filter(|_| scene.together().is_some()) else { return Vec::new() };
    let (is_one, help) = if scene.text.transactional {
        ("this file is one", format!("move it into a file of its own that begins with {NO_TRANSACTION}"))
    } else {
        ("it stands in one", "move it before BEGIN or behind COMMIT".to_owned())
    };
    vec![Hit::new(0, format!("this fails: {what} cannot run inside a transaction, and {is_one}"), help)]
}

/// BEGIN, COMMIT and their like.
pub(super) fn controlled(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(what) = control(scene.statement) else { return Vec::new() };
    let all = &scene.text.statements;
    let wraps = all.first().and_then(control) == Some("BEGIN") && all.last().and_then(control) == Some("COMMIT");
    let is_edge = scene.number == 0 || scene.number + 1 == all.len();
    let is_fine = match (scene.text.transactional, what) {
        (true, "SAVEPOINT") => true,
        (true, _) => wraps && is_edge,
        (false, "ROLLBACK") => false,
        // A block, where the one has the other.
        (false, _) => scene.together().is_some(),
    };
    if is_fine {
        return Vec::new();
    }
    let word = scene.statement.sql.split_whitespace().next().unwrap_or_default().to_uppercase();
    let (message, help) = if scene.text.transactional {
        (format!("{word} inside a file that is one transaction already"), "take it out, or split the file")
    } else {
        (
            format!("{word} in a file whose statements run one by one"),
            "what belongs together stands between BEGIN and COMMIT, or in a file of its own",
        )
    };
    vec![Hit::new(0, message, help)]
}

/// A timeout that stops a concurrent build half way.
pub(super) fn killed(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(what) = alone(scene.statement).filter(|it| it.ends_with("CONCURRENTLY")) else { return Vec::new() };
    let is_set = |name: &&&str| scene.setting(name).is_some_and(|it| it.chars().any(|it| it.is_ascii_digit() && it != '0'));
    let Some(name) = ["lock_timeout", "statement_timeout"].iter().find(is_set) else { return Vec::new() };
    let message = format!("{name} also stops the waits of {what}, and what is half done stays behind");
    vec![Hit::new(0, message, format!("SET {name} = 0 before it"))]
}

/// The strongest lock that clients feel, on a table they use.
fn felt<'a>(scene: &Scene<'_>, impact: &'a Told) -> Option<(&'a Lock, Name)> {
    let locks = impact.locks.iter().map(|it| (it, written(&it.on)));
    locks.filter(|(lock, name)| lock.mode >= Mode::Share && scene.is_live(name)).max_by_key(|it| it.0.mode)
}

/// A name as a statement writes it.
fn written(path: &str) -> Name {
    let parts = Words::new(path).filter(|it| *it != ".");
    let plain = |it: &str| match it.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => it.to_lowercase(),
    };
    Name::parts(&parts.map(plain).collect::<Vec<_>>())
}

/// A strong lock asked for without a limit to the wait.
pub(super) fn unlimited(scene: &Scene<'_>) -> Vec<Hit> {
    let impact = scene.statement.told();
    let Some((lock, table)) = felt(scene, impact) else { return Vec::new() };
    let is_set = scene.setting("lock_timeout").is_some_and(|it| it.chars().any(|it| it.is_ascii_digit() && it != '0'));
    let is_first = !scene.before().iter().any(|it| felt(scene, it.told()).is_some());
    if is_set || !is_first {
        return Vec::new();
    }
    let message =
        format!("while this waits for its {} lock on {table}, every client that comes later waits behind it", lock.mode);
    vec![Hit::new(
        0,
        message,
        "SET lock_timeout = '2s' at the top, and try again when it strikes: schemagen apply does both by itself",
    )]
}

/// Work through rows while a strong lock of an earlier statement is held.
pub(super) fn under_lock(scene: &Scene<'_>) -> Vec<Hit> {
    let Some((before, _)) = scene.together().filter(|_| works(scene.statement)) else { return Vec::new() };
    let held = before
        .iter()
        .rev()
        .filter(|it| it.node().name != "DropStmt")
        .find_map(|it| felt(scene, it.told()).map(|(lock, table)| (it, lock.mode, table)));
    let Some((statement, mode, table)) = held else { return Vec::new() };
    let Some(whom) = mode.blocks() else { return Vec::new() };
    let message = format!(
        "{whom} of {table} wait until this is done too: the {mode} lock of line {} is held to the end",
        scene.line(statement)
    );
    vec![Hit::new(0, message, "move this into the next migration, or before that statement")]
}

/// Whether a statement goes through rows of a table for as long as it takes.
fn works(statement: &Statement) -> bool {
    let node = statement.node();
    match node.name {
        "UpdateStmt" | "DeleteStmt" | "MergeStmt" => true,
        "InsertStmt" => node.child("select_stmt").is_some_and(|it| !it.get("from_clause").items().is_empty()),
        _ => false,
    }
}

/// A stronger lock than the one that the transaction holds on the table.
pub(super) fn upgraded(scene: &Scene<'_>) -> Vec<Hit> {
    let asked = felt(scene, scene.statement.told()).zip(scene.together());
    let Some(((lock, table), (before, _))) = asked else { return Vec::new() };
    let held = |it: &Statement| {
        let is_felt = |lock: &&Lock| (lock.mode >= Mode::Share || works(it)) && written(&lock.on) == table;
        it.told().locks.iter().filter(is_felt).map(|it| it.mode).max()
    };
    let held: Vec<(&Statement, Mode)> = before.iter().filter_map(|it| Some((it, held(it)?))).collect();
    let Some((first, _)) = held.first().filter(|_| held.iter().all(|it| it.1 < lock.mode)) else { return Vec::new() };
    let message = format!(
        "{table} is locked already since line {}, and more strongly here: who has read it and then waits to write stands in between, and \
         one of both ends with a deadlock",
        scene.line(first)
    );
    let help = format!("begin with LOCK TABLE {table} IN {} MODE, or make two migrations of it", lock.mode);
    vec![Hit::new(0, message, help)]
}

/// A view that is replaced after what it reads was locked.
pub(super) fn out_of_order(scene: &Scene<'_>) -> Vec<Hit> {
    let replaced = scene.is("ViewStmt").filter(|it| it.is("replace"));
    let Some((node, (before, _))) = replaced.zip(scene.together()) else { return Vec::new() };
    let Some(view) = scene.live(node.child("view")) else { return Vec::new() };
    let mut read = BTreeSet::new();
    node.get("query").walk(&mut |it| {
        read.extend(Some(it).filter(|it| it.name == "RangeVar").map(Name::of));
        true
    });
    let locks = |it: &Statement, names: &dyn Fn(&Name) -> bool| {
        it.told().locks.iter().any(|it| it.mode == Mode::AccessExclusive && names(&written(&it.on)))
    };
    let of_table = |it: &&Statement| locks(it, &|name| read.contains(name) && scene.is_live(name));
    let Some(first) = before.iter().find(of_table).filter(|_| !before.iter().any(|it| locks(it, &|name| *name == view))) else {
        return Vec::new();
    };
    let message = format!(
        "who reads {view} has locked it and waits for what line {} locks, and this waits for them: one of both ends with a deadlock",
        scene.line(first)
    );
    let help =
        format!("begin with ALTER VIEW {view} SET SCHEMA and the schema where it is: that changes nothing and locks it first");
    vec![Hit::new(0, message, help)]
}

/// Several statements of a transaction that each go through all of one table.
pub(super) fn again(scene: &Scene<'_>) -> Vec<Hit> {
    let is_heavy = |it: &Statement| it.told().work >= Work::Scan;
    let table = scene.statement.table().filter(|it| scene.is_live(it) && is_heavy(scene.statement));
    let Some((table, (before, _))) = table.zip(scene.together()) else { return Vec::new() };
    let Some(before) = before.iter().find(|it| is_heavy(it) && it.table().as_ref() == Some(&table)) else {
        return Vec::new();
    };
    let message = format!("this goes through all of {table} again, after line {}", scene.line(before));
    vec![Hit::new(0, message, "write both as clauses of one ALTER TABLE: they share one pass")]
}

/// A statement that fails when it has run before, in a file that can stop between statements.
pub(super) fn once(scene: &Scene<'_>) -> Vec<Hit> {
    let node = scene.node();
    let creates = ["CreateStmt", "IndexStmt", "CreateSeqStmt", "CreateSchemaStmt", "CreateExtensionStmt", "CreateTableAsStmt"];
    let fails =
        (creates.contains(&node.name) && !node.is("if_not_exists")) || (node.name == "DropStmt" && !node.is("missing_ok"));
    if scene.text.transactional || !fails {
        return Vec::new();
    }
    let clears = |it: &Statement| node.name == "IndexStmt" && it.node().name == "DropStmt" && it.node().is("missing_ok");
    if scene.before().last().is_some_and(clears) {
        return Vec::new();
    }
    let message = "when the file stops after this and runs again, this fails";
    vec![Hit::new(0, message, "IF EXISTS or IF NOT EXISTS (for a concurrent index: DROP … IF EXISTS before it)")]
}

/// COMMENT, which waits behind VACUUM and index builds.
pub(super) fn comment(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("CommentStmt") else { return Vec::new() };
    let kind = node.integer("objtype");
    let parts = node.get("object").strings();
    let table = match parts.split_last() {
        Some((_, table)) if kind == ObjectType::ObjectColumn as i64 => Name::parts(table),
        _ if kind == ObjectType::ObjectTable as i64 => Name::parts(&parts),
        _ => return Vec::new(),
    };
    if !scene.is_live(&table) {
        return Vec::new();
    }
    let message = format!("this waits while {table} is vacuumed, analyzed, validated or indexed");
    vec![Hit::new(0, message, "give it a lock_timeout, or a migration of its own")]
}

/// Code that puts its statements together as it runs.
pub(super) fn hidden(scene: &Scene<'_>) -> Vec<Hit> {
    let Some(node) = scene.is("DoStmt") else { return Vec::new() };
    let body = node.option("args", "as").and_then(Tree::string).unwrap_or_default();
    let words =
        ["execute", "alter", "drop", "update", "delete", "truncate", "create table", "create index", "create unique index"];
    if !words.iter().any(|it| Words::new(body).contain(it)) {
        return Vec::new();
    }
    let message = "what runs inside this block was not looked at";
    vec![Hit::new(0, message, "write the statements out where that is possible")]
}
