//! A `DO` block that only declares: `CREATE TYPE` behind `IF NOT EXISTS`, or with an exception handler for what is there
//! already, also by `EXECUTE` of a text that is known. It is read as the statements in it and never run; a block that does anything else
//! is refused.

use pg_query::ParserOptions;
use pg_query::protobuf::SqlValueFunctionOp;
use serde_json::Value;

use super::tree::Tree;
use crate::sql;

/// The ways to say `current_user`.
const ROLES: [i64; 3] = [
    SqlValueFunctionOp::SvfopCurrentRole as i64,
    SqlValueFunctionOp::SvfopCurrentUser as i64,
    SqlValueFunctionOp::SvfopUser as i64,
];

/// The statements of a block in PL/pgSQL, each with its offset in `sql`; `None` where it does more than declare.
pub(super) fn declared(sql: &str) -> Option<Vec<(usize, String)>> {
    let parsed = pg_query::parse_plpgsql(sql).ok()?;
    let mut queries = Vec::new();
    statements(parsed.get(0)?.pointer("/PLpgSQL_function/action/PLpgSQL_stmt_block/body")?, &mut queries)?;
    let mut from = 0;
    let placed = queries.into_iter().map(|query| {
        let offset = sql[from..].find(&query).map_or(0, |it| from + it);
        from = if offset == 0 { from } else { offset + query.len() };
        (offset, query)
    });
    Some(placed.collect())
}

/// Collects the SQL of a list of statements; `None` at the first that is no declaration.
fn statements(list: &Value, queries: &mut Vec<String>) -> Option<()> {
    for statement in list.as_array()? {
        let (name, fields) = statement.as_object()?.iter().next()?;
        match name.as_str() {
            "PLpgSQL_stmt_execsql" if fields.get("into").is_none() => queries.push(query(fields.get("sqlstmt")?)?),
            "PLpgSQL_stmt_dynexecute" => queries.push(executed(fields)?),
            "PLpgSQL_stmt_block" => statements(fields.get("body")?, queries)?,
            "PLpgSQL_stmt_if" => guarded(fields, queries)?,
            "PLpgSQL_stmt_raise" => {}
            // What plpgsql adds at the end of every body.
            "PLpgSQL_stmt_return" if fields.get("expr").is_none() => {}
            _ => return None,
        }
    }
    Some(())
}

/// `IF NOT EXISTS (…) THEN`: the folder declares what is then made.
fn guarded(fields: &Value, queries: &mut Vec<String>) -> Option<()> {
    let condition = query(fields.get("cond")?)?;
    let mut words = condition.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    let is_guard = ["not", "exists"].iter().all(|word| words.next().is_some_and(|it| it.eq_ignore_ascii_case(word)));
    if !is_guard || fields.get("elsif_list").is_some() {
        return None;
    }
    if let Some(other) = fields.get("else_body") {
        let mut ignored = Vec::new();
        statements(other, &mut ignored)?;
        if !ignored.is_empty() {
            return None;
        }
    }
    statements(fields.get("then_body")?, queries)
}

fn query(expression: &Value) -> Option<String> {
    Some(expression.pointer("/PLpgSQL_expr/query")?.as_str()?.to_owned())
}

/// What `EXECUTE` runs, where that is known before it runs: a constant, or `format` of constants and of who is at work.
fn executed(fields: &Value) -> Option<String> {
    let is_plain = ["into", "params"].iter().all(|it| fields.get(it).is_none());
    let parsed =
        pg_query::parse(&format!("SELECT {}", query(fields.get("query")?)?), ParserOptions::DEFAULT).ok().filter(|_| is_plain)?;
    let tree = Tree::of(parsed.protobuf.stmts.first()?.stmt.as_ref()?.node.as_ref()?);
    let [target] = tree.node()?.get("target_list").items() else { return None };
    let value = target.node()?.get("val");
    match value.node().filter(|it| it.name == "FuncCall") {
        None => value.string().map(str::to_owned),
        Some(call) if call.get("funcname").strings().last()? == "format" => formatted(call.get("args").items()),
        Some(_) => None,
    }
}

/// What `format` gives (manual, 9.4.1), without positions and widths.
fn formatted(arguments: &[Tree]) -> Option<String> {
    let (pattern, arguments) = arguments.split_first()?;
    let (mut pieces, mut arguments) = (pattern.string()?.split('%'), arguments.iter());
    let mut text = pieces.next()?.to_owned();
    while let Some(piece) = pieces.next() {
        let Some(letter) = piece.chars().next() else {
            text = text + "%" + pieces.next()?; // two of them are one
            continue;
        };
        let argument = arguments.next()?;
        let value = match (letter, argument.string()) {
            ('I', Some(it)) => sql::name(it),
            ('L', Some(it)) => sql::literal(it),
            ('s', Some(it)) => it.to_owned(),
            ('I' | 's', None) => at_work(argument)?.to_owned(),
            _ => return None,
        };
        text = text + &value + &piece[1..];
    }
    Some(text)
}

/// How a statement names the role that runs it, and the database: a statement about that is skipped, whatever its name.
fn at_work(argument: &Tree) -> Option<&'static str> {
    let node = argument.node()?;
    match node.name {
        "FuncCall" => node.get("funcname").strings().last().filter(|it| *it == "current_database").map(|_| "current_database"),
        "SqlValueFunction" => match node.get("op") {
            Tree::Integer(it) if *it == SqlValueFunctionOp::SvfopSessionUser as i64 => Some("SESSION_USER"),
            Tree::Integer(it) if ROLES.contains(it) => Some("CURRENT_USER"),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queries(sql: &str) -> Option<Vec<String>> {
        declared(sql).map(|it| it.into_iter().map(|it| it.1).collect())
    }

    #[test]
    fn declarations_are_found_where_they_stand() {
        let sql = "DO $$ BEGIN\n  CREATE TYPE t AS ENUM ('a');\nEXCEPTION WHEN duplicate_object THEN NULL; END $$";
        let found = declared(sql).unwrap_or_default();
        assert_eq!(found.iter().map(|it| &sql[it.0..it.0 + it.1.len()]).collect::<Vec<_>>(), ["CREATE TYPE t AS ENUM ('a')"]);
    }

    #[test]
    fn a_guard_is_looked_through() {
        let sql =
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 't') THEN CREATE DOMAIN t AS int; END IF; END $$";
        assert_eq!(queries(sql), Some(vec!["CREATE DOMAIN t AS int".to_owned()]));
    }

    #[test]
    fn what_is_executed_is_read_where_it_is_known() {
        for (executed, found) in [
            ("'CREATE TABLE t ()'", "CREATE TABLE t ()"),
            ("format('GRANT admin TO %I', current_user)", "GRANT admin TO CURRENT_USER"),
            (
                "format('GRANT CONNECT ON DATABASE %I TO %s', current_database(), session_user)",
                "GRANT CONNECT ON DATABASE current_database TO SESSION_USER",
            ),
            ("format('COMMENT ON TABLE %I.%I IS %L', 'A b', 't', '100%')", "COMMENT ON TABLE \"A b\".t IS '100%'"),
            ("pg_catalog.format('COMMENT ON TABLE t IS %L || 50%%', 'a')", "COMMENT ON TABLE t IS 'a' || 50%"),
        ] {
            assert_eq!(queries(&format!("DO $$ BEGIN EXECUTE {executed}; END $$")), Some(vec![found.to_owned()]), "{executed}");
        }
    }

    #[test]
    fn code_is_no_declaration() {
        assert_eq!(queries("DO $$ BEGIN EXECUTE 'CREATE TABLE ' || f(); END $$"), None);
        assert_eq!(queries("DO $$ BEGIN EXECUTE format('CREATE TABLE %I ()', f()); END $$"), None);
        assert_eq!(queries("DO $$ BEGIN EXECUTE format('CREATE TABLE %2$I ()', 'a', 'b'); END $$"), None);
        assert_eq!(queries("DO $$ DECLARE x text; BEGIN EXECUTE 'CREATE TABLE t ()' INTO x; END $$"), None);
        assert_eq!(queries("DO $$ BEGIN EXECUTE 'CREATE TABLE t ()' USING 1; END $$"), None);
        assert_eq!(queries("DO $$ BEGIN PERFORM pg_sleep(1); END $$"), None);
        assert_eq!(queries("DO $$ BEGIN FOR i IN 1..2 LOOP CREATE TABLE t (); END LOOP; END $$"), None);
        assert_eq!(queries("DO $$ BEGIN IF EXISTS (SELECT 1) THEN CREATE TABLE t (); END IF; END $$"), None);
        assert_eq!(queries("DO LANGUAGE plperl $$ die $$"), None);
    }
}
