//! The project's own checks: `checks/*.sql` in the schema folder. They are no declarations; migrations that touch what they speak of
//! end with them.

use std::collections::BTreeSet;
use std::path::Path;

use pg_query::NodeEnum;

use super::lexer::{Kind, Lexer};
use super::{folder, syntax};
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
