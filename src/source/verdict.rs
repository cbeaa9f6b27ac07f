//! What becomes of a statement: the folder declares a schema, so data and roles are left out and code is refused.

use pg_query::NodeEnum;
use pg_query::protobuf::{CopyStmt, ObjectType, SelectStmt};

use super::Reason;
use super::tree::{Node, Tree};

/// What becomes of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It declares something.
    Load,
    /// It changes the settings of the session: read from the statement.
    Set,
    /// It changes a setting of the session by `set_config`.
    Config { name: String, value: String, is_local: bool },
    /// It begins or ends a transaction.
    Transaction,
    /// It is left out.
    Skip(Reason, &'static str),
    /// It runs code.
    Refuse(String),
}

/// Judges a statement.
pub(super) fn verdict(statement: &NodeEnum) -> Verdict {
    use Reason::{Cluster, Data, Session};
    match statement {
        NodeEnum::InsertStmt(_) => Verdict::Skip(Data, "INSERT"),
        NodeEnum::UpdateStmt(_) => Verdict::Skip(Data, "UPDATE"),
        NodeEnum::DeleteStmt(_) => Verdict::Skip(Data, "DELETE"),
        NodeEnum::MergeStmt(_) => Verdict::Skip(Data, "MERGE"),
        NodeEnum::TruncateStmt(_) => Verdict::Skip(Data, "TRUNCATE"),
        NodeEnum::RefreshMatViewStmt(_) => Verdict::Skip(Data, "REFRESH MATERIALIZED VIEW"),
        NodeEnum::CopyStmt(it) => copy(it),
        NodeEnum::SelectStmt(it) => select(it),
        NodeEnum::VariableSetStmt(_) => Verdict::Set,
        NodeEnum::TransactionStmt(_) => Verdict::Transaction,
        NodeEnum::DoStmt(_) => refuse("DO"),
        NodeEnum::CallStmt(_) => refuse("CALL"),
        NodeEnum::LoadStmt(_) => refuse("LOAD"),
        NodeEnum::AlterSystemStmt(_) => refuse("ALTER SYSTEM"),
        NodeEnum::ExecuteStmt(_) => refuse("EXECUTE"),
        NodeEnum::ExplainStmt(_) => refuse("EXPLAIN"),
        NodeEnum::DeclareCursorStmt(_) | NodeEnum::FetchStmt(_) => refuse("a cursor"),
        NodeEnum::ImportForeignSchemaStmt(_) => refuse("IMPORT FOREIGN SCHEMA"),
        NodeEnum::DropSubscriptionStmt(_) => refuse("DROP SUBSCRIPTION"),
        NodeEnum::CreateTableAsStmt(it) if has_execute(it.query.as_deref()) => refuse("EXECUTE"),
        NodeEnum::CreateRoleStmt(_) => Verdict::Skip(Cluster, "CREATE ROLE"),
        NodeEnum::AlterRoleStmt(_) | NodeEnum::AlterRoleSetStmt(_) => Verdict::Skip(Cluster, "ALTER ROLE"),
        NodeEnum::DropRoleStmt(_) => Verdict::Skip(Cluster, "DROP ROLE"),
        NodeEnum::GrantRoleStmt(it) if it.is_grant => Verdict::Skip(Cluster, "GRANT of a role"),
        NodeEnum::GrantRoleStmt(_) => Verdict::Skip(Cluster, "REVOKE of a role"),
        NodeEnum::CreatedbStmt(_) => Verdict::Skip(Cluster, "CREATE DATABASE"),
        NodeEnum::AlterDatabaseStmt(_) | NodeEnum::AlterDatabaseSetStmt(_) | NodeEnum::AlterDatabaseRefreshCollStmt(_) => {
            Verdict::Skip(Cluster, "ALTER DATABASE")
        }
        NodeEnum::DropdbStmt(_) => Verdict::Skip(Cluster, "DROP DATABASE"),
        NodeEnum::CreateTableSpaceStmt(_) => Verdict::Skip(Cluster, "CREATE TABLESPACE"),
        NodeEnum::AlterTableSpaceOptionsStmt(_) => Verdict::Skip(Cluster, "ALTER TABLESPACE"),
        NodeEnum::DropTableSpaceStmt(_) => Verdict::Skip(Cluster, "DROP TABLESPACE"),
        NodeEnum::VacuumStmt(_) => Verdict::Skip(Session, "VACUUM or ANALYZE"),
        NodeEnum::ReindexStmt(_) => Verdict::Skip(Session, "REINDEX"),
        NodeEnum::CheckPointStmt(_) => Verdict::Skip(Session, "CHECKPOINT"),
        NodeEnum::LockStmt(_) => Verdict::Skip(Session, "LOCK"),
        NodeEnum::VariableShowStmt(_) => Verdict::Skip(Session, "SHOW"),
        NodeEnum::DiscardStmt(_) => Verdict::Skip(Session, "DISCARD"),
        NodeEnum::ConstraintsSetStmt(_) => Verdict::Skip(Session, "SET CONSTRAINTS"),
        NodeEnum::PrepareStmt(_) | NodeEnum::DeallocateStmt(_) => Verdict::Skip(Session, "PREPARE"),
        NodeEnum::ListenStmt(_) | NodeEnum::NotifyStmt(_) | NodeEnum::UnlistenStmt(_) => {
            Verdict::Skip(Session, "LISTEN or NOTIFY")
        }
        NodeEnum::ClosePortalStmt(_) => Verdict::Skip(Session, "CLOSE"),
        it => by_object(it),
    }
}

fn refuse(what: &str) -> Verdict {
    Verdict::Refuse(format!("{what} runs code, and the schema folder only declares"))
}

fn has_execute(query: Option<&pg_query::Node>) -> bool {
    matches!(query.and_then(|it| it.node.as_ref()), Some(NodeEnum::ExecuteStmt(_)))
}

fn copy(statement: &CopyStmt) -> Verdict {
    if statement.is_program { refuse("COPY … PROGRAM") } else { Verdict::Skip(Reason::Data, "COPY") }
}

/// Statements for many kinds of objects: some kinds are of the cluster.
fn by_object(statement: &NodeEnum) -> Verdict {
    let (what, kinds) = match statement {
        NodeEnum::CommentStmt(it) => ("COMMENT", [it.objtype, 0]),
        NodeEnum::SecLabelStmt(it) => ("SECURITY LABEL", [it.objtype, 0]),
        NodeEnum::AlterOwnerStmt(it) => ("ALTER … OWNER TO", [it.object_type, 0]),
        NodeEnum::RenameStmt(it) => ("ALTER … RENAME TO", [it.rename_type, it.relation_type]),
        NodeEnum::GrantStmt(it) => ("GRANT or REVOKE", [it.objtype, 0]),
        _ => return Verdict::Load,
    };
    let is = |kind: ObjectType| kinds[0] == kind as i32;
    if is(ObjectType::ObjectLargeobject) {
        Verdict::Skip(Reason::Data, what)
    } else if [ObjectType::ObjectRole, ObjectType::ObjectDatabase, ObjectType::ObjectTablespace, ObjectType::ObjectParameterAcl]
        .into_iter()
        .any(is)
    {
        Verdict::Skip(Reason::Cluster, what)
    } else {
        Verdict::Load
    }
}

/// Of `SELECT` only what pg_dump prints has a meaning here.
fn select(statement: &SelectStmt) -> Verdict {
    let refused = Verdict::Refuse("SELECT runs a query, and the schema folder only declares".to_owned());
    let tree = Tree::of(&NodeEnum::SelectStmt(Box::new(statement.clone())));
    let Some(call) = tree.node().and_then(only_call) else { return refused };
    let name = call.get("funcname").strings();
    let name = match &name[..] {
        [name] => name,
        [schema, name] if schema == "pg_catalog" => name,
        _ => return refused,
    };
    match name.as_str() {
        "set_config" => match call.get("args").items() {
            [name, value, local] => match (name.string(), value.string().or(Some("")), local.node()) {
                (Some(name), Some(value), Some(local)) if is_constant(value, &call.get("args").items()[1]) => {
                    let is_local = local.get("val").node().is_some_and(|it| it.is("boolval"));
                    Verdict::Config { name: name.to_owned(), value: value.to_owned(), is_local }
                }
                _ => refused,
            },
            _ => refused,
        },
        "setval" => Verdict::Skip(Reason::Data, "setval"),
        "lo_create" | "lo_creat" | "lo_open" | "lo_close" | "lowrite" | "lo_from_bytea" | "lo_put" | "lo_unlink" => {
            Verdict::Skip(Reason::Data, "large object")
        }
        "pg_restore_relation_stats" | "pg_restore_attribute_stats" => Verdict::Skip(Reason::Data, "statistics"),
        _ => refused,
    }
}

fn is_constant(value: &str, tree: &Tree) -> bool {
    !value.is_empty() || tree.node().is_some_and(|it| it.name == "AConst")
}

/// The call in `SELECT f(…)` or `SELECT * FROM f(…)` and nothing else.
fn only_call(select: &Node) -> Option<&Node> {
    let plain =
        ["into_clause", "where_clause", "group_clause", "having_clause", "values_lists", "with_clause", "larg", "limit_count"];
    let [target] = select.get("target_list").items() else { return None };
    if plain.iter().any(|it| *select.get(it) != Tree::Nothing) {
        return None;
    }
    let target = target.node()?.child("val")?;
    match select.get("from_clause").items() {
        [] if target.name == "FuncCall" => Some(target),
        [from] if target.name == "ColumnRef" => {
            let mut call = None;
            from.walk(&mut |it| {
                if it.name == "FuncCall" && call.is_none() {
                    call = Some(it);
                }
                true
            });
            call.filter(|_| from.node().is_some_and(|it| it.name == "RangeFunction"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(sql: &str) -> Verdict {
        verdict(&super::super::syntax::parse(sql, false).unwrap().unwrap())
    }

    #[test]
    fn what_pg_dump_selects_is_known() {
        let config = |value: &str| Verdict::Config { name: "search_path".into(), value: value.into(), is_local: false };
        assert_eq!(judged("SELECT pg_catalog.set_config('search_path', '', false)"), config(""));
        assert_eq!(judged("SELECT set_config('search_path', 'a, b', false)"), config("a, b"));
        assert_eq!(judged("SELECT pg_catalog.setval('s', 1, true)"), Verdict::Skip(Reason::Data, "setval"));
        let stats = "SELECT * FROM pg_catalog.pg_restore_relation_stats('version', '180000'::integer)";
        assert_eq!(judged(stats), Verdict::Skip(Reason::Data, "statistics"));
    }

    #[test]
    fn code_is_refused() {
        let selects = ["SELECT 1", "SELECT f()", "SELECT x.set_config('a', 'b', false)", "SELECT 1 INTO t", "VALUES (1)"];
        let others =
            ["DO $$ $$", "CALL f()", "LOAD 'x'", "COPY t FROM PROGRAM 'x'", "COPY t TO PROGRAM 'x'", "ALTER SYSTEM RESET ALL"];
        let hidden = ["SELECT set_config('search_path', f(), false)", "CREATE TABLE t AS EXECUTE p", "SELECT * FROM f()"];
        for sql in selects.into_iter().chain(others).chain(hidden) {
            assert!(matches!(judged(sql), Verdict::Refuse(_)), "{sql}");
        }
    }

    #[test]
    fn what_belongs_to_the_cluster_is_left_out() {
        for sql in ["CREATE ROLE a", "GRANT a TO b", "COMMENT ON DATABASE d IS 'x'", "GRANT CONNECT ON DATABASE d TO a"] {
            assert!(matches!(judged(sql), Verdict::Skip(Reason::Cluster, _)), "{sql}");
        }
        assert_eq!(judged("GRANT SELECT ON t TO a"), Verdict::Load);
    }
}
