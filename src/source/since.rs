//! What a statement asks of the server that older versions lack. The parser here is the newest one's, so an older server would
//! answer with a bare syntax error.

use pg_query::protobuf::{AlterTableType, CoercionForm, ConstrType, MergeMatchKind, ObjectType, PublicationObjSpecType};

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
    let of_domain = statement.node().is_some_and(|it| it.name == "AlterDomainStmt");
    statement.walk(&mut |node| {
        for (what, major) in asked(node, sql) {
            // The NOT NULL of a domain could be added as a constraint before that of a column could.
            let major = if of_domain && what == TABLE_NOT_NULL { 17 } else { major };
            if !found.iter().any(|it: &Since| it.what == what) {
                found.push(Since { what, major, offset: place(sql, what, node) });
            }
        }
        true
    });
    found.sort_by_key(|it| it.offset);
    found
}

const TABLE_NOT_NULL: &str = "NOT NULL as a constraint of its own";

/// Options by name: of relations, of subscriptions, of collations.
const OPTIONS: &[(&str, &str, u32)] = &[
    ("autovacuum_vacuum_max_threshold", "autovacuum_vacuum_max_threshold", 18),
    ("disable_on_error", "disable_on_error", 15),
    ("failover", "failover", 17),
    ("origin", "origin", 16),
    ("password_required", "password_required", 16),
    ("publish_generated_columns", "publish_generated_columns", 18),
    ("run_as_owner", "run_as_owner", 16),
    ("rules", "rules of a collation", 16),
    ("security_invoker", "security_invoker", 15),
    ("two_phase", "two_phase", 15),
    ("vacuum_max_eager_freeze_failure_rate", "vacuum_max_eager_freeze_failure_rate", 18),
];

/// The lists of options of a statement that may hold one of [`OPTIONS`].
fn options(node: &Node, when: &mut dyn FnMut(bool, &'static str, u32)) {
    let lists: &[&str] = match node.name {
        "ViewStmt"
        | "CreateStmt"
        | "CreatePublicationStmt"
        | "AlterPublicationStmt"
        | "CreateSubscriptionStmt"
        | "AlterSubscriptionStmt" => &["options"],
        "DefineStmt" => &["definition"],
        _ => &[],
    };
    for (name, what, major) in OPTIONS {
        when(lists.iter().any(|it| node.option(it, name).is_some()), what, *major);
    }
    let is = |name: &str, value: &str| {
        lists.iter().filter_map(|it| node.option(it, name)).any(|it| it.strings().last().is_some_and(|it| it == value))
    };
    when(is("streaming", "parallel"), "streaming = parallel", 16);
    when(is("provider", "builtin"), "the provider builtin", 17);
}

fn asked(node: &Node, sql: &str) -> Vec<(&'static str, u32)> {
    let mut asked = Vec::new();
    let mut when = |is: bool, what, major| asked.extend(is.then_some((what, major)));
    options(node, &mut when);
    match node.name {
        "AConst" => when(is_new_number(node, sql), "a number like 1_000 or 0x1F", 16),
        "Constraint" => constraint(node, sql, &mut when),
        "IndexStmt" => when(node.is("nulls_not_distinct"), "NULLS NOT DISTINCT", 15),
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
        "ColumnDef" => when(!node.text("storage_name").is_empty(), "STORAGE in CREATE TABLE", 16),
        "AlterTableCmd" => command(node, &mut when),
        "CreateStmt" => {
            let has_method = node.child("partspec").is_some() && !node.text("access_method").is_empty();
            when(has_method, "USING of a partitioned table", 17);
        }
        "CreateForeignTableStmt" => {
            let like = node.child("base_stmt").is_some_and(|it| it.nodes("table_elts").any(|it| it.name == "TableLikeClause"));
            when(like, "LIKE in CREATE FOREIGN TABLE", 18);
        }
        "CreateStatsStmt" => when(node.get("defnames").items().is_empty(), "CREATE STATISTICS without a name", 16),
        "AlterStatsStmt" => when(node.child("stxstattarget").is_none(), "SET STATISTICS DEFAULT", 17),
        "CreateEventTrigStmt" => when(node.text("eventname").eq_ignore_ascii_case("login"), "an event trigger on login", 17),
        "AlterOperatorStmt" => {
            let links = ["commutator", "negator", "hashes", "merges"];
            when(links.iter().any(|it| node.option("options", it).is_some()), "ALTER OPERATOR … SET of a link or a mark", 17);
        }
        "AlterDefaultPrivilegesStmt" => {
            let large = ObjectType::ObjectLargeobject as i64;
            when(node.child("action").is_some_and(|it| it.integer("objtype") == large), "LARGE OBJECTS", 18);
        }
        "RangeSubselect" => when(node.child("alias").is_none(), "a subquery in FROM without an alias", 16),
        "XmlSerialize" => when(node.is("indent"), "INDENT", 16),
        "ReturningClause" => when(!node.get("options").items().is_empty(), "RETURNING WITH", 18),
        "TypeName" => {
            let scale = node.get("typmods").items().get(1).and_then(Tree::node).and_then(|it| it.child("val"));
            let is_numeric = node.get("names").strings().last().is_some_and(|it| it == "numeric");
            when(is_numeric && scale.is_some_and(|it| it.integer("ival") < 0), "numeric with a negative scale", 15);
        }
        "FuncCall" => {
            let is = |name: &str| node.get("funcname").strings().last().is_some_and(|it| it == name);
            let is_syntax = node.integer("funcformat") == CoercionForm::CoerceSqlSyntax as i64;
            when(is_syntax && is("timezone") && node.get("args").items().len() == 1, "AT LOCAL", 17);
            when(is_syntax && is("system_user"), "SYSTEM_USER", 16);
        }
        "MergeStmt" => {
            when(true, "MERGE", 15);
            when(node.child("returning_clause").is_some(), "RETURNING of MERGE", 17);
        }
        "MergeWhenClause" => {
            let by_source = MergeMatchKind::MergeWhenNotMatchedBySource as i64;
            when(node.integer("match_kind") == by_source, "WHEN NOT MATCHED BY SOURCE", 17);
        }
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
    when(of_table, TABLE_NOT_NULL, 18);
    let behind = kind == Ok(ConstrType::ConstrNotnull) && !of_table;
    when(behind && node.is("is_no_inherit"), "NOT NULL NO INHERIT", 18);
}

fn command(node: &Node, when: &mut dyn FnMut(bool, &'static str, u32)) {
    let kind = AlterTableType::try_from(i32::try_from(node.integer("subtype")).unwrap_or_default());
    let definition = node.get("def");
    let options = definition.items().iter().chain(definition.node().map(|it| it.get("items").items()).unwrap_or_default());
    let invoker = options.filter_map(Tree::node).any(|it| it.text("defname") == "security_invoker");
    when(kind == Ok(AlterTableType::AtSetOptions) && invoker, "security_invoker", 15);
    when(kind == Ok(AlterTableType::AtSetRelOptions) && invoker, "security_invoker", 15);
    when(kind == Ok(AlterTableType::AtSetAccessMethod), "SET ACCESS METHOD", 15);
    let no_name = kind == Ok(AlterTableType::AtSetAccessMethod) && node.text("name").is_empty();
    when(no_name, "SET ACCESS METHOD DEFAULT", 17);
    when(kind == Ok(AlterTableType::AtSetStatistics) && definition.node().is_none(), "SET STATISTICS DEFAULT", 17);
    let is_default = definition.string().is_some_and(|it| it.eq_ignore_ascii_case("default"));
    when(kind == Ok(AlterTableType::AtSetStorage) && is_default, "SET STORAGE DEFAULT", 16);
    let altered = definition.node().filter(|it| it.name == "AtAlterConstraint" || it.name == "AtalterConstraint");
    let asks = |it: &str| altered.is_some_and(|node| node.is(it));
    when(asks("alter_enforceability"), "ALTER CONSTRAINT … ENFORCED", 18);
    when(asks("alter_inheritability"), "ALTER CONSTRAINT … INHERIT", 18);
    when(kind == Ok(AlterTableType::AtSetExpression), "SET EXPRESSION", 17);
}

/// Whether a number is written with `_` between its digits, or in another base.
fn is_new_number(node: &Node, sql: &str) -> bool {
    let start = usize::try_from(node.integer("location")).ok();
    let Some(text) = start.and_then(|it| sql.get(it..)).filter(|it| it.starts_with(|it: char| it.is_ascii_digit())) else {
        return false;
    };
    let number: String = text.chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '_').collect();
    number.contains('_') || ["0x", "0o", "0b"].iter().any(|it| number.to_ascii_lowercase().starts_with(it))
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
            ("ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID", "NOT NULL as a constraint of its own 18 31"),
            ("CREATE TABLE t (a int, CONSTRAINT n NOT NULL a)", "NOT NULL as a constraint of its own 18 36"),
            (
                "CREATE TABLE t (a int REFERENCES u ON DELETE SET NULL (a))",
                "a column list after ON DELETE SET NULL or SET DEFAULT 15 35",
            ),
            ("CREATE TABLE t (a text STORAGE external)", "STORAGE in CREATE TABLE 16 23"),
            ("CREATE PUBLICATION p FOR TABLE t WHERE (a > 1)", "a row filter of a publication 15 0"),
            ("CREATE PUBLICATION p FOR TABLE t (a)", "a column list of a publication 15 0"),
            ("CREATE PUBLICATION p FOR TABLES IN SCHEMA s", "TABLES IN SCHEMA 15 25"),
            ("CREATE VIEW v AS SELECT '1' IS JSON AS a", "IS JSON 16 28"),
            ("ALTER DOMAIN d ADD CONSTRAINT n NOT NULL", "NOT NULL as a constraint of its own 17 32"),
            ("CREATE TABLE t (a int NOT NULL NO INHERIT)", "NOT NULL NO INHERIT 18 22"),
            ("ALTER TABLE t ALTER a SET STATISTICS DEFAULT", "SET STATISTICS DEFAULT 17 22"),
            ("ALTER STATISTICS s SET STATISTICS DEFAULT", "SET STATISTICS DEFAULT 17 19"),
            ("ALTER TABLE t ALTER a SET STORAGE DEFAULT", "SET STORAGE DEFAULT 16 22"),
            ("ALTER TABLE t ALTER CONSTRAINT c NOT ENFORCED", "ALTER CONSTRAINT … ENFORCED 18 14"),
            ("ALTER TABLE t ALTER CONSTRAINT c NO INHERIT", "ALTER CONSTRAINT … INHERIT 18 14"),
            ("CREATE STATISTICS ON a, b FROM t", "CREATE STATISTICS without a name 16 0"),
            ("CREATE TABLE t (a numeric(3, -1))", "numeric with a negative scale 15 18"),
            ("CREATE VIEW v AS SELECT 1_000 AS a", "a number like 1_000 or 0x1F 16 24"),
            ("CREATE TABLE t (a int DEFAULT 0xFF)", "a number like 1_000 or 0x1F 16 30"),
            ("CREATE VIEW v AS SELECT a FROM (SELECT 1 AS a)", "a subquery in FROM without an alias 16 26"),
            ("CREATE VIEW v AS SELECT now() AT LOCAL AS a", "AT LOCAL 17 30"),
            ("CREATE VIEW v AS SELECT SYSTEM_USER AS a", "SYSTEM_USER 16 24"),
            ("CREATE COLLATION c (provider = builtin, locale = 'C')", "the provider builtin 17 0"),
            ("CREATE COLLATION c (provider = icu, locale = 'de', rules = '&a < g')", "rules of a collation 16 0"),
            ("CREATE EVENT TRIGGER e ON login EXECUTE FUNCTION f()", "an event trigger on login 17 0"),
            ("ALTER OPERATOR === (int, int) SET (HASHES)", "ALTER OPERATOR … SET of a link or a mark 17 0"),
            ("ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO r", "LARGE OBJECTS 18 41"),
            ("CREATE TABLE t (a int) WITH (autovacuum_vacuum_max_threshold = 5)", "autovacuum_vacuum_max_threshold 18 29"),
            ("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (failover)", "failover 17 56"),
            ("CREATE FOREIGN TABLE f (LIKE t) SERVER s", "LIKE in CREATE FOREIGN TABLE 18 24"),
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
