//! Statements that a shadow cannot take as they are: what is sent in their place. Wherever possible a part is blanked
//! out, so that every other byte stays where the server's error positions say.

use std::ops::Range;

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableStmt, CreateSubscriptionStmt, DefElem};

use super::lexer::{Kind, Lexer};
use super::tree::Tree;
use crate::error::{Error, Result};

/// What is appended to a statement that would run a query.
pub(super) const NO_DATA: &str = "\nWITH NO DATA";

/// What is sent in place of a statement; nothing when it is sent as it is.
pub(super) fn sent(sql: &str, statement: &NodeEnum) -> Result<Option<String>> {
    match statement {
        NodeEnum::IndexStmt(it) if it.concurrent => Ok(Some(without(sql, "concurrently"))),
        NodeEnum::DropStmt(it) if it.concurrent => Ok(Some(without(sql, "concurrently"))),
        NodeEnum::AlterTableStmt(it) if is_concurrent(it) => Ok(Some(without(sql, "concurrently"))),
        NodeEnum::CreateTableAsStmt(it) => Ok(it.into.as_ref().is_some_and(|it| !it.skip_data).then(|| empty(sql))),
        NodeEnum::CreateSchemaStmt(it) if it.schemaname == "public" && !it.if_not_exists && it.schema_elts.is_empty() => {
            Ok(Some(if_not_exists(sql)))
        }
        NodeEnum::CreateFunctionStmt(_) => library(&Tree::of(statement)).map(|()| None),
        NodeEnum::CreateSubscriptionStmt(it) => subscription(it).map(Some),
        _ => Ok(None),
    }
}

fn words(sql: &str) -> Vec<(String, Range<usize>)> {
    let words = Lexer::new(sql).filter(|it| it.kind == Kind::Word);
    words.map(|it| (sql[it.range.clone()].to_ascii_lowercase(), it.range)).collect()
}

fn without(sql: &str, word: &str) -> String {
    let found = words(sql).into_iter().find(|it| it.0 == word);
    super::blank(sql, &found.map(|it| it.1).into_iter().collect::<Vec<_>>())
}

fn is_concurrent(statement: &AlterTableStmt) -> bool {
    let mut found = false;
    Tree::of(&NodeEnum::AlterTableStmt(statement.clone())).walk(&mut |it| {
        found |= it.name == "PartitionCmd" && it.is("concurrent");
        true
    });
    found
}

/// A query is not run: only its columns matter.
fn empty(sql: &str) -> String {
    let words = words(sql);
    let end = words.len();
    let with_data = end >= 2 && words[end - 2].0 == "with" && words[end - 1].0 == "data" && words[end - 1].1.end == sql.len();
    let sql = if with_data { super::blank(sql, &[words[end - 2].1.clone(), words[end - 1].1.clone()]) } else { sql.to_owned() };
    format!("{sql}{NO_DATA}")
}

/// Every database has `public`, and a dump of one that changed it creates it.
fn if_not_exists(sql: &str) -> String {
    let schema = words(sql).into_iter().find(|it| it.0 == "schema").map_or(0, |it| it.1.end);
    format!("{} IF NOT EXISTS{}", &sql[..schema], &sql[schema..])
}

/// A function of the language C may only name the server's own libraries: creating it loads the library.
fn library(statement: &Tree) -> Result<()> {
    let Some(node) = statement.node() else { return Ok(()) };
    let is_c = node.option("options", "language").and_then(Tree::string).is_some_and(|it| it.eq_ignore_ascii_case("c"));
    let library = node.option("options", "as").map(Tree::strings).unwrap_or_default().into_iter().next().unwrap_or_default();
    let is_own =
        library.strip_prefix("$libdir/").unwrap_or(&library).split('/').all(|it| it != "..") && !library.starts_with('/');
    if is_c && !is_own {
        return Err(Error::new(format!("a function in {library} runs code, and the schema folder only declares"))
            .help("name a library of the server: AS '$libdir/name', 'function'"));
    }
    Ok(())
}

/// A subscription is made without a connection to its publisher.
fn subscription(statement: &CreateSubscriptionStmt) -> Result<String> {
    let mut statement = statement.clone();
    let is_kept = |it: &DefElem| !matches!(it.defname.as_str(), "connect" | "create_slot" | "copy_data" | "enabled");
    statement.options.retain(|it| matches!(&it.node, Some(NodeEnum::DefElem(it)) if is_kept(it)));
    let Ok(Some(NodeEnum::CreateSubscriptionStmt(model))) =
        super::syntax::parse("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false)", false)
    else {
        return Err(Error::internal("no option connect"));
    };
    statement.options.extend(model.options);
    let options = pg_query::DeparseOptions::default();
    NodeEnum::CreateSubscriptionStmt(statement).deparse(options).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent_for(sql: &str) -> String {
        sent(sql, &super::super::syntax::parse(sql, false).unwrap().unwrap()).unwrap().unwrap_or_default()
    }

    #[test]
    fn concurrently_is_blanked_out() {
        assert_eq!(sent_for("CREATE INDEX CONCURRENTLY i ON t (a)"), "CREATE INDEX              i ON t (a)");
        assert_eq!(sent_for("ALTER TABLE t DETACH PARTITION p CONCURRENTLY"), "ALTER TABLE t DETACH PARTITION p             ");
        assert_eq!(sent_for("CREATE INDEX i ON t (a)"), "");
    }

    #[test]
    fn queries_are_not_run() {
        assert_eq!(sent_for("CREATE MATERIALIZED VIEW v AS SELECT 1"), "CREATE MATERIALIZED VIEW v AS SELECT 1\nWITH NO DATA");
        assert_eq!(sent_for("CREATE TABLE t AS SELECT 1 WITH DATA"), "CREATE TABLE t AS SELECT 1          \nWITH NO DATA");
        assert_eq!(sent_for("CREATE MATERIALIZED VIEW v AS SELECT 1 WITH NO DATA"), "");
    }

    #[test]
    fn a_subscription_does_not_connect() {
        let sql = "CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p WITH (enabled = true, slot_name = 'y')";
        assert_eq!(
            sent_for(sql),
            "CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p WITH (slot_name = 'y', connect = false)"
        );
    }

    #[test]
    fn a_library_of_ones_own_is_refused() {
        let function = |library: &str| format!("CREATE FUNCTION f() RETURNS int LANGUAGE c AS '{library}', 'f'");
        for (library, is_own) in [("$libdir/x", true), ("x", true), ("/tmp/x.so", false), ("$libdir/../../tmp/x", false)] {
            let statement = super::super::syntax::parse(&function(library), false).unwrap().unwrap();
            assert_eq!(sent(&function(library), &statement).is_ok(), is_own, "{library}");
        }
    }
}
