//! Tables that reference each other: their foreign keys are added when both are there.

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableCmd, AlterTableStmt, AlterTableType, ConstrType, Constraint, CreateStmt, Node, ObjectType};

use super::tree::Tree;
use super::{Statement, names, syntax};

/// A `CREATE TABLE` without its foreign keys, and the `ALTER TABLE` that adds them. They stay without a name where they
/// have none: PostgreSQL chooses the same one here as there. Nothing when there are none to another table.
pub(super) fn split(statement: &Statement) -> Option<(Statement, Statement)> {
    let node = syntax::parse(statement.sent(), statement.settings.escapes).ok()??;
    let NodeEnum::CreateStmt(mut table) = node else { return None };
    let keys = take(&mut table);
    let own = table.relation.as_ref().map(|it| (&it.schemaname, &it.relname));
    let is_other = |it: &Constraint| it.pktable.as_ref().map(|it| (&it.schemaname, &it.relname)) != own;
    if !keys.iter().any(is_other) {
        return None;
    }
    let location = keys.iter().filter_map(|it| usize::try_from(it.location).ok()).min().unwrap_or_default();
    let alter = AlterTableStmt {
        relation: table.relation.clone(),
        cmds: keys.into_iter().map(command).collect(),
        objtype: ObjectType::ObjectTable as i32,
        missing_ok: false,
    };
    let place = statement.place(location);
    let table = derived(statement, &NodeEnum::CreateStmt(table))?;
    let alter = derived(statement, &NodeEnum::AlterTableStmt(alter))?;
    Some((table, Statement { place, ..alter }))
}

fn derived(statement: &Statement, node: &NodeEnum) -> Option<Statement> {
    let sent = node.deparse(pg_query::DeparseOptions::default()).ok()?;
    let names = names::names(Tree::of(node).node()?);
    Some(Statement { sent: Some(sent), names, ..statement.clone() })
}

/// Takes the foreign keys out of a table: its own and those of its columns.
fn take(table: &mut CreateStmt) -> Vec<Constraint> {
    let mut keys = Vec::new();
    for element in std::mem::take(&mut table.table_elts) {
        match element.node {
            Some(NodeEnum::Constraint(it)) if it.contype == ConstrType::ConstrForeign as i32 => keys.push(*it),
            Some(NodeEnum::ColumnDef(mut column)) => {
                let name = column.colname.clone();
                column.constraints = without_keys(&name, std::mem::take(&mut column.constraints), &mut keys);
                table.table_elts.push(Node { node: Some(NodeEnum::ColumnDef(column)) });
            }
            node => table.table_elts.push(Node { node }),
        }
    }
    keys
}

/// `DEFERRABLE` and its like are constraints of their own behind the one they speak of.
fn without_keys(column: &str, constraints: Vec<Node>, keys: &mut Vec<Constraint>) -> Vec<Node> {
    let mut kept = Vec::new();
    let mut is_behind_key = false;
    for node in constraints {
        let Some(NodeEnum::Constraint(mut it)) = node.node else { continue };
        match ConstrType::try_from(it.contype) {
            Ok(ConstrType::ConstrForeign) => {
                let name = NodeEnum::String(pg_query::protobuf::String { sval: column.to_owned() });
                it.fk_attrs = vec![Node { node: Some(name) }];
                keys.push(*it);
                is_behind_key = true;
            }
            Ok(attribute) if is_behind_key && is_attribute(attribute) => {
                if let Some(key) = keys.last_mut() {
                    apply(attribute, key);
                }
            }
            _ => {
                is_behind_key = false;
                kept.push(Node { node: Some(NodeEnum::Constraint(it)) });
            }
        }
    }
    kept
}

fn is_attribute(kind: ConstrType) -> bool {
    kind as i32 >= ConstrType::ConstrAttrDeferrable as i32
}

fn apply(attribute: ConstrType, key: &mut Constraint) {
    match attribute {
        ConstrType::ConstrAttrDeferrable => key.deferrable = true,
        ConstrType::ConstrAttrDeferred => (key.deferrable, key.initdeferred) = (true, true),
        ConstrType::ConstrAttrNotEnforced => (key.is_enforced, key.initially_valid, key.skip_validation) = (false, false, true),
        _ => {}
    }
}

fn command(key: Constraint) -> Node {
    let command = AlterTableCmd {
        subtype: AlterTableType::AtAddConstraint as i32,
        def: Some(Box::new(Node { node: Some(NodeEnum::Constraint(Box::new(key))) })),
        behavior: pg_query::protobuf::DropBehavior::DropRestrict as i32,
        ..AlterTableCmd::default()
    };
    Node { node: Some(NodeEnum::AlterTableCmd(Box::new(command))) }
}

#[cfg(test)]
mod tests {
    use crate::source::read;

    #[test]
    fn keys_of_columns_and_tables_are_taken_out() {
        let folder = tempfile::tempdir().unwrap();
        let sql = "CREATE TABLE s.t (a int NOT NULL REFERENCES s.u ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED CHECK (a > 0), b int,\n  \
                   CONSTRAINT k FOREIGN KEY (b) REFERENCES s.u (x) NOT VALID, UNIQUE (a, b))";
        std::fs::write(folder.path().join("a.sql"), sql).unwrap();
        let (table, keys) = super::split(&read(folder.path()).unwrap().statements[0]).unwrap();
        assert_eq!(table.sent(), "CREATE TABLE s.t (a int NOT NULL CHECK (a > 0), b int, UNIQUE (a, b))");
        assert_eq!(
            keys.sent(),
            "ALTER TABLE s.t ADD FOREIGN KEY (a) REFERENCES s.u ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, \
             ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES s.u (x) NOT VALID"
        );
        assert_eq!((keys.place.line, keys.place.column), (1, 34));
    }
}
