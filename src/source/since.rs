//! What a statement asks of the server that older versions lack. The parser here is the newest one's, so an older server would
//! answer with a bare syntax error.

use pg_query::protobuf::{AlterTableType, ConstrType, ObjectType, PublicationObjSpecType};

use super::Source;
use super::lexer::{Kind, Lexer};
use super::tree::{Node, Tree};
use crate::error::{Error, Result};

/// What needs a version of PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Since {
    /// `NULLS NOT DISTINCT`
    pub(crate) what: &'static str,
    /// The first major version that has it.
    pub(crate) major: u32,
    /// The byte of the statement where it is asked for.
    pub(crate) offset: usize,
}

impl Source {
    /// Fails at file and line on the first statement that asks for what a server of that version lacks.
    pub(super) fn fits(&self, major: u32) -> Result<()> {
        for statement in self.statements.iter().filter(|it| !it.is_given) {
            if let Some(it) = statement.since.iter().find(|it| it.major > major) {
                let Since { what, major: first, offset } = it;
                let error = Error::new(format!("{what} needs PostgreSQL {first}, the server is {major}"));
                return Err(error.at(statement.place(*offset)).help("write it without, or move to a newer server first"));
            }
        }
        Ok(())
    }
}

/// All that a statement asks of versions after 14, the oldest that is served; in the order of the statement.
pub(crate) fn since(sql: &str, statement: &Tree) -> Vec<Since> {
    let mut found = Vec::new();
    statement.walk(&mut |node| {
        for (what, major) in asked(node, sql) {
            if !found.iter().any(|it: &Since| it.what == what) {
                found.push(Since { what, major, offset: place(sql, what, node) });
            }
        }
        true
    });
    found.sort_by_key(|it| it.offset);
    found
}

fn asked(node: &Node, sql: &str) -> Vec<(&'static str, u32)> {
    let mut asked = Vec::new();
    let mut when = |is: bool, what, major| asked.extend(is.then_some((what, major)));
    match node.name {
        "Constraint" => constraint(node, sql, &mut when),
        "IndexStmt" => when(node.is("nulls_not_distinct"), "NULLS NOT DISTINCT", 15),
        "ViewStmt" => when(node.option("options", "security_invoker").is_some(), "security_invoker", 15),
        "CreateSeqStmt" => {
            let is_unlogged = node.child("sequence").is_some_and(|it| it.text("relpersistence") == "u");
            when(is_unlogged, "UNLOGGED sequences", 15);
        }
        "AccessPriv" => {
            let privilege = node.text("priv_name");
            when(privilege.eq_ignore_ascii_case("maintain"), "MAINTAIN", 17);
        }
        "PublicationTable" => {
            when(node.child("where_clause").is_some(), "a row filter of a publication", 15);
            when(!node.get("columns").items().is_empty(), "a column list of a publication", 15);
        }
        "PublicationObjSpec" => {
            let kind = node.integer("pubobjtype");
            let of_schema =
                [PublicationObjSpecType::PublicationobjTablesInSchema, PublicationObjSpecType::PublicationobjTablesInCurSchema];
            when(of_schema.iter().any(|it| *it as i64 == kind), "TABLES IN SCHEMA", 15);
        }
        "CreatePublicationStmt" | "AlterPublicationStmt" => {
            when(node.option("options", "publish_generated_columns").is_some(), "publish_generated_columns", 18);
        }
        "ColumnDef" => when(!node.text("storage_name").is_empty(), "STORAGE in CREATE TABLE", 16),
        "AlterTableCmd" => command(node, &mut when),
        "MergeStmt" => when(true, "MERGE", 15),
        "JsonIsPredicate" => when(true, "IS JSON", 16),
        "JsonFuncExpr" => when(true, "JSON_EXISTS, JSON_VALUE and JSON_QUERY", 17),
        "JsonTable" => when(true, "JSON_TABLE", 17),
        "JsonObjectConstructor" | "JsonArrayConstructor" | "JsonObjectAgg" | "JsonArrayAgg" => {
            when(true, "the standard's JSON constructors", 16);
        }
        "JsonParseExpr" | "JsonScalarExpr" | "JsonSerializeExpr" => when(true, "JSON(), JSON_SCALAR and JSON_SERIALIZE", 17),
        "GrantRoleStmt" => {
            let is_new = |it: &str| node.option("opt", it).is_some();
            when(is_new("inherit") || is_new("set"), "GRANT … WITH INHERIT or SET", 16);
        }
        "GrantStmt" => when(node.integer("objtype") == ObjectType::ObjectParameterAcl as i64, "GRANT … ON PARAMETER", 15),
        _ => {}
    }
    asked
}

fn constraint(node: &Node, sql: &str, when: &mut dyn FnMut(bool, &'static str, u32)) {
    let kind = ConstrType::try_from(i32::try_from(node.integer("contype")).unwrap_or_default());
    when(node.is("nulls_not_distinct"), "NULLS NOT DISTINCT", 15);
    when(node.is("without_overlaps"), "WITHOUT OVERLAPS", 18);
    when(node.is("fk_with_period") || node.is("pk_with_period"), "PERIOD", 18);
    when(!node.get("fk_del_set_cols").items().is_empty(), "a column list after ON DELETE SET NULL or SET DEFAULT", 15);
    let can_be_off = matches!(kind, Ok(ConstrType::ConstrCheck | ConstrType::ConstrForeign));
    let is_off = can_be_off && !node.is("is_enforced") || kind == Ok(ConstrType::ConstrAttrNotEnforced);
    when(is_off && has_words(sql, &["not", "enforced"]), "NOT ENFORCED", 18);
    if kind == Ok(ConstrType::ConstrGenerated) {
        let is_virtual = node.text("generated_kind") == "v";
        when(is_virtual, "a VIRTUAL generated column", 18);
    }
    // A table constraint names its column; one that stands behind a column may have had a name ever since.
    let of_table = kind == Ok(ConstrType::ConstrNotnull) && !node.get("keys").items().is_empty();
    when(of_table, "NOT NULL as a table constraint", 18);
}

fn command(node: &Node, when: &mut dyn FnMut(bool, &'static str, u32)) {
    let kind = AlterTableType::try_from(i32::try_from(node.integer("subtype")).unwrap_or_default());
    let definition = node.get("def");
    let options = definition.items().iter().chain(definition.node().map(|it| it.get("items").items()).unwrap_or_default());
    let invoker = options.filter_map(Tree::node).any(|it| it.text("defname") == "security_invoker");
    when(kind == Ok(AlterTableType::AtSetOptions) && invoker, "security_invoker", 15);
    when(kind == Ok(AlterTableType::AtSetRelOptions) && invoker, "security_invoker", 15);
    when(kind == Ok(AlterTableType::AtSetAccessMethod), "SET ACCESS METHOD", 15);
    when(kind == Ok(AlterTableType::AtSetExpression), "SET EXPRESSION", 17);
}

/// Whether words stand beside each other in a statement.
fn has_words(sql: &str, words: &[&str]) -> bool {
    find(sql, words).is_some()
}

fn find(sql: &str, words: &[&str]) -> Option<usize> {
    let tokens: Vec<_> = Lexer::new(sql).filter(|it| !matches!(it.kind, Kind::Line | Kind::Block)).collect();
    let is = |at: usize, word: &str| {
        tokens.get(at).is_some_and(|it| it.kind == Kind::Word && sql[it.range.clone()].eq_ignore_ascii_case(word))
    };
    let found = (0..tokens.len()).find(|at| words.iter().enumerate().all(|(number, word)| is(at + number, word)));
    found.and_then(|it| tokens.get(it)).map(|it| it.range.start)
}

/// Where it stands: its own words, its node, or the statement.
fn place(sql: &str, what: &str, node: &Node) -> usize {
    let upper = |it: &&str| it.chars().all(|it| it.is_ascii_uppercase() || it == '_');
    let words: Vec<&str> = match what.split(' ').collect::<Vec<_>>() {
        it if it.len() == 1 => it,
        it => it.into_iter().skip_while(|it| !upper(it)).take_while(upper).collect(),
    };
    let of_node = usize::try_from(node.integer("location")).ok().filter(|it| *it > 0 && sql.is_char_boundary(*it));
    (!words.is_empty()).then(|| find(sql, &words)).flatten().or(of_node).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(sql: &str) -> Vec<String> {
        let node = super::super::syntax::parse(sql, false).unwrap().unwrap();
        since(sql, &Tree::of(&node)).into_iter().map(|it| format!("{} {} {}", it.what, it.major, it.offset)).collect()
    }

    #[test]
    fn what_is_new_is_told_with_its_version_and_place() {
        for (sql, expected) in [
            ("CREATE TABLE t (a int UNIQUE NULLS NOT DISTINCT)", "NULLS NOT DISTINCT 15 29"),
            ("CREATE UNIQUE INDEX ON t (a) NULLS NOT DISTINCT", "NULLS NOT DISTINCT 15 29"),
            ("CREATE VIEW v WITH (security_invoker = true) AS SELECT 1", "security_invoker 15 20"),
            ("ALTER VIEW v SET (security_invoker = true)", "security_invoker 15 18"),
            ("CREATE UNLOGGED SEQUENCE s", "UNLOGGED sequences 15 7"),
            ("GRANT SELECT, MAINTAIN ON t TO r", "MAINTAIN 17 14"),
            ("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a) VIRTUAL)", "a VIRTUAL generated column 18 53"),
            ("CREATE TABLE t (a int4range, UNIQUE (a WITHOUT OVERLAPS))", "WITHOUT OVERLAPS 18 39"),
            ("CREATE TABLE t (a int, p int4range, FOREIGN KEY (a, PERIOD p) REFERENCES u (a, PERIOD p))", "PERIOD 18 52"),
            ("CREATE TABLE t (a int CHECK (a > 0) NOT ENFORCED)", "NOT ENFORCED 18 36"),
            ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED", "NOT ENFORCED 18 45"),
            ("ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID", "NOT NULL as a table constraint 18 31"),
            ("CREATE TABLE t (a int, CONSTRAINT n NOT NULL a)", "NOT NULL as a table constraint 18 36"),
            (
                "CREATE TABLE t (a int REFERENCES u ON DELETE SET NULL (a))",
                "a column list after ON DELETE SET NULL or SET DEFAULT 15 35",
            ),
            ("CREATE TABLE t (a text STORAGE external)", "STORAGE in CREATE TABLE 16 23"),
            ("CREATE PUBLICATION p FOR TABLE t WHERE (a > 1)", "a row filter of a publication 15 0"),
            ("CREATE PUBLICATION p FOR TABLE t (a)", "a column list of a publication 15 0"),
            ("CREATE PUBLICATION p FOR TABLES IN SCHEMA s", "TABLES IN SCHEMA 15 25"),
            ("CREATE VIEW v AS SELECT '1' IS JSON AS a", "IS JSON 16 28"),
        ] {
            assert_eq!(asked(sql), [expected], "{sql}");
        }
    }

    #[test]
    fn a_server_that_is_too_old_is_told_at_file_and_line() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("a.sql"),
            "CREATE TABLE a (id int);\n\nCREATE TABLE t (\n  a int UNIQUE NULLS NOT DISTINCT\n);\n",
        )
        .unwrap();
        let source = crate::source::read(folder.path()).unwrap();
        assert!(source.fits(15).is_ok());
        let error = source.fits(14).unwrap_err();
        assert_eq!(error.message, "NULLS NOT DISTINCT needs PostgreSQL 15, the server is 14");
        let place = error.place.clone().unwrap();
        assert_eq!((place.line, place.column, place.text.trim()), (4, 16, "a int UNIQUE NULLS NOT DISTINCT"));
    }

    #[test]
    fn what_14_has_asks_for_nothing() {
        for sql in [
            "CREATE TABLE t (a int PRIMARY KEY, b int CONSTRAINT n NOT NULL CHECK (b > 0) UNIQUE, FOREIGN KEY (b) REFERENCES t ON DELETE SET NULL)",
            "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a) STORED, c int GENERATED ALWAYS AS IDENTITY)",
            "CREATE VIEW v WITH (security_barrier) AS SELECT 1",
            "CREATE PUBLICATION p FOR TABLE t",
            "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u NOT VALID",
            "CREATE UNIQUE INDEX ON t (a)",
            "CREATE SEQUENCE s",
            "GRANT ALL ON t TO r",
        ] {
            assert_eq!(asked(sql), Vec::<String>::new(), "{sql}");
        }
    }
}
