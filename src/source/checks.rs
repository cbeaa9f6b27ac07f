//! The project's own checks: `checks/*.sql` in the schema folder, and hints `check <condition>` above tables. They are no declarations;
//! migrations that touch what they speak of end with them.

use std::collections::BTreeSet;
use std::path::Path;

use pg_query::NodeEnum;

use super::expression::is_expression;
use super::lexer::{Kind, Lexer};
use super::{Source, folder, syntax};
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::kinds::{Space, kind};
use crate::script::Script;
use crate::sql;

/// The folder inside the schema folder that holds checks.
pub(super) const FOLDER: &str = "checks";

/// A statement that fails where the data is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// `schema/checks/orders.sql:3`
    pub place: String,
    /// What runs: a `DO` block.
    pub sql: String,
    /// Every name in it, in bodies too.
    words: BTreeSet<String>,
}

impl Check {
    /// Whether it may be about one of these tables: always, unless all it names is known to be other tables.
    pub fn concerns(&self, tables: &BTreeSet<Vec<String>>, state: &Catalog) -> bool {
        let last = |it: &[String]| it.last().cloned().unwrap_or_default();
        let mut named = false;
        for object in state.objects.values() {
            let kind = kind(&object.id.kind);
            for called in kind.called(object) {
                let opaque = !kind.is_table(object) && matches!(called.space, Space::Relation | Space::Routine);
                if !matches!(called.space, Space::Relation | Space::Routine) || !self.words.contains(&last(&called.path)) {
                    continue;
                }
                if opaque {
                    return true;
                }
                named = true;
            }
        }
        !named || self.words.contains("execute") || tables.iter().any(|it| self.words.contains(&last(it)))
    }
}

/// Reads the checks beside a schema folder's declarations. Fails at file and line on what is neither a `DO` block nor a query.
pub fn checks(schema: &Path) -> Result<Vec<Check>> {
    let folder = schema.join(FOLDER);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    super::deeply(|| {
        let mut checks = Vec::new();
        for path in folder::sql_files(&folder)? {
            let (file, text) = (path.display().to_string(), folder::text(&path)?);
            let script = Script::parse(&file, &text)?;
            for statement in &script.statements {
                let place = format!("{file}:{}", statement.line);
                let sql = match syntax::parse(&statement.sql, false) {
                    Ok(Some(NodeEnum::DoStmt(_))) => statement.sql.clone(),
                    Ok(Some(NodeEnum::SelectStmt(it))) if it.into_clause.is_none() => returns_nothing(&place, &statement.sql),
                    _ => {
                        return Err(Error::new("a check is a DO block with ASSERT, or a SELECT that must return no row")
                            .at(statement.place(&file, 1)));
                    }
                };
                checks.push(Check { place, sql, words: words(&statement.sql) });
            }
        }
        Ok(checks)
    })
}

/// The checks that hints above tables and their columns are: each row must satisfy the condition, or make it null, as for a CHECK.
/// Fails at file and line where a hint is no condition, or stands above anything else.
pub fn hinted_checks(source: &Source) -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    for hint in &source.hints {
        let Some(condition) = hint.text.strip_prefix("check").filter(|it| it.is_empty() || it.starts_with(char::is_whitespace))
        else {
            continue;
        };
        let condition = condition.trim();
        let table =
            hint.above.as_ref().filter(|it| matches!(it.kind.as_str(), "table" | "column")).and_then(|it| it.path.get(..2));
        let (Some(table), true) = (table, is_expression(condition)) else {
            let error = Error::new(format!("the hint {:?} is no condition above a table or a column of one", hint.text));
            return Err(error
                .at(hint.place.clone())
                .help("write `-- schemagen: check <condition over the columns of the table>`"));
        };
        let place = format!("{}:{}", hint.place.file, hint.place.line);
        let query = format!("SELECT * FROM {} WHERE NOT ({condition})", sql::path(table));
        let words = words(condition).into_iter().chain(table.last().cloned()).collect();
        checks.push(Check { sql: returns_nothing(&place, &query), place, words });
    }
    Ok(checks)
}

/// A query that must return no row, as a block that fails where it does.
fn returns_nothing(place: &str, query: &str) -> String {
    let body = format!(
        "
#variable_conflict use_column
DECLARE
    _first text;
BEGIN
    SELECT left(row_to_json(_found)::text, 200) INTO _first FROM (
{query}
    ) AS _found LIMIT 1;
    IF _first IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'assert_failure', MESSAGE = {}, DETAIL = 'The first row: ' || _first;
    END IF;
END
",
        sql::literal(&format!("the check {place} returns rows"))
    );
    format!("DO {}", sql::dollar(&body))
}

/// Every word and name of a text, and of the bodies in it; words in lower case, as PostgreSQL reads them.
fn words(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for token in Lexer::new(text) {
        let part = &text[token.range];
        match token.kind {
            Kind::Word => drop(words.insert(part.to_lowercase())),
            Kind::Name => drop(words.insert(part.trim_matches('"').replace("\"\"", "\""))),
            Kind::Text if part.starts_with('$') => {
                let tag = part[1..].find('$').map_or(1, |it| it + 2);
                words.extend(part.get(tag..part.len().saturating_sub(tag)).map(self::words).unwrap_or_default());
            }
            // Dynamic statements name things in strings.
            Kind::Text => words.extend(self::words(part.trim_matches('\''))),
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::read;

    fn hinted(text: &str) -> Result<Vec<Check>> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.sql"), text).unwrap();
        hinted_checks(&read(folder.path()).unwrap())
    }

    #[test]
    fn a_hint_above_a_table_is_a_check_of_its_rows() {
        let checks = hinted("-- schemagen: check total >= paid\nCREATE TABLE app.\"T\" (total int, paid int);\n").unwrap();
        assert!(checks[0].sql.contains("SELECT * FROM app.\"T\" WHERE NOT (total >= paid)"), "{checks:?}");
        assert!(checks[0].place.ends_with("a.sql:1") && checks[0].words.contains("T"), "{checks:?}");
        let inside = hinted("CREATE TABLE t (\n    -- schemagen: check a > (SELECT min(b) FROM u)\n    a int\n);\n").unwrap();
        assert!(inside[0].words.contains("u") && inside[0].words.contains("t"), "{inside:?}");
    }

    #[test]
    fn a_hint_that_is_no_condition_is_refused_where_it_stands() {
        for text in [
            "-- schemagen: check\nCREATE TABLE t ();",
            "-- schemagen: check a); DROP TABLE t; --\nCREATE TABLE t (a int);",
            "-- schemagen: check true\nCREATE VIEW v AS SELECT 1;",
            "-- schemagen: check true\n",
        ] {
            let error = hinted(text).unwrap_err();
            assert_eq!(error.place.as_ref().map(|it| it.line), Some(1), "{text}: {error}");
        }
        assert_eq!(hinted("-- schemagen: checked\nCREATE TABLE t ();").unwrap(), []);
    }
}
