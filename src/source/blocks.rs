//! A `DO` block that only declares: `CREATE TYPE` behind `IF NOT EXISTS`, or with an exception handler for what is there
//! already. It is read as the statements in it and never run; a block that does anything else is refused.

use serde_json::Value;

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
    fn code_is_no_declaration() {
        assert_eq!(queries("DO $$ BEGIN EXECUTE 'CREATE TABLE t ()'; END $$"), None);
        assert_eq!(queries("DO $$ BEGIN PERFORM pg_sleep(1); END $$"), None);
        assert_eq!(queries("DO $$ BEGIN FOR i IN 1..2 LOOP CREATE TABLE t (); END LOOP; END $$"), None);
        assert_eq!(queries("DO $$ BEGIN IF EXISTS (SELECT 1) THEN CREATE TABLE t (); END IF; END $$"), None);
        assert_eq!(queries("DO LANGUAGE plperl $$ die $$"), None);
    }
}
