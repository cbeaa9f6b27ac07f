//! `-- schemagen: backfill`, directly above one `UPDATE`: it runs in batches, each committed by itself. For who does not know the
//! line it is that `UPDATE`, all at once.

use std::fmt;

use pg_query::NodeEnum;
use pg_query::protobuf::{ScanToken, Token};

use crate::error::{Error, Result};
use crate::sql;

/// How many rows the first batch has when nothing says another number.
pub const ROWS: usize = 1000;

/// By what a backfill goes through its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batches {
    /// In the order of what.
    pub by: By,
    /// How many rows the first batch has; those after it are as large as time allows.
    pub rows: usize,
}

/// The order in which a backfill goes through its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// Of the primary key, or of another key without nulls; of the places of rows where there is none.
    Found,
    /// Of these columns.
    Key(Vec<String>),
    /// Of the places where rows are stored (`ctid`), over and over until no row is left that the condition holds for.
    Place,
}

impl Batches {
    /// Reads `backfill by a, b in batches of 500`, what stands behind `schemagen:`. `None`: it speaks of something else.
    pub fn parse(said: &str) -> Result<Option<Batches>> {
        let mut words = crate::shape::Words::new(said);
        if !words.accept("backfill") {
            return Ok(None);
        }
        let mut batches = Batches { by: By::Found, rows: ROWS };
        if words.accept("by") {
            let mut key = Vec::new();
            loop {
                key.push(column(words.next().unwrap_or_default())?);
                if !words.accept(",") {
                    break;
                }
            }
            batches.by = if key == ["ctid"] { By::Place } else { By::Key(key) };
        }
        if words.accept("in batches of") {
            let rows = words.next().and_then(|it| it.parse().ok()).filter(|it| (1..=1_000_000).contains(it));
            batches.rows = rows.ok_or_else(|| misread("the size of a batch is a number of rows"))?;
        }
        match words.next() {
            Some(rest) => Err(misread(&format!("{rest:?} is not understood"))),
            None => Ok(Some(batches)),
        }
    }
}

impl fmt::Display for Batches {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("backfill")?;
        match &self.by {
            By::Found => {}
            By::Key(key) => write!(out, " by {}", key.iter().map(|it| sql::name(it)).collect::<Vec<_>>().join(", "))?,
            By::Place => out.write_str(" by ctid")?,
        }
        write!(out, " in batches of {}", self.rows)
    }
}

fn misread(what: &str) -> Error {
    Error::new(format!("a backfill that cannot be read: {what}"))
        .help("write it as: -- schemagen: backfill by id in batches of 1000; both parts may be left out")
}

/// A column as it is written in SQL.
fn column(word: &str) -> Result<String> {
    if let Some(quoted) = word.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        return Ok(quoted.replace("\"\"", "\""));
    }
    let is_name = word.chars().next().is_some_and(|it| it.is_alphabetic() || it == '_');
    if is_name { Ok(word.to_lowercase()) } else { Err(misread("after \"by\" comes a column")) }
}

/// An `UPDATE` that runs in batches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backfill {
    /// How.
    pub batches: Batches,
    /// The table as the statement names it.
    pub table: String,
    /// Whether those that inherit from it are left out.
    pub only: bool,
    /// The name by which its columns are known in the statement.
    pub alias: String,
    /// The columns it sets.
    pub sets: Vec<String>,
    /// Whether it has a condition of its own.
    pub conditional: bool,
    head: String,
    tail: String,
}

impl Backfill {
    /// Takes an `UPDATE` apart.
    pub fn of(batches: Batches, sql: &str) -> Result<Backfill> {
        let refused = |what: &str| {
            Error::new(format!("a backfill {what}"))
                .help("below the line stands one UPDATE of one table; without the line it runs in one go")
        };
        let parsed = pg_query::parse(sql, 0).map_err(|it| Error::new(it.to_string()))?;
        let node = parsed.protobuf.stmts.into_iter().next().and_then(|it| it.stmt).and_then(|it| it.node);
        let Some(NodeEnum::UpdateStmt(update)) = node else { return Err(refused("is an UPDATE, and this is not")) };
        let Some(relation) = update.relation else { return Err(refused("has no table")) };
        let target = |it: &pg_query::protobuf::Node| match &it.node {
            Some(NodeEnum::ResTarget(it)) => Some(it.name.clone()),
            _ => None,
        };
        let path: Vec<&str> = [relation.schemaname.as_str(), &relation.relname].into_iter().filter(|it| !it.is_empty()).collect();
        let tokens = pg_query::scan_tokens(sql).map_err(Error::internal)?;
        let (head, tail, conditional) = cut(sql, &tokens);
        if tail.trim_start().to_lowercase().starts_with("current of") {
            return Err(refused("has no cursor"));
        }
        Ok(Backfill {
            batches,
            table: sql::path(&path),
            only: !relation.inh,
            alias: sql::name(relation.alias.as_ref().map_or(&relation.relname, |it| &it.aliasname)),
            sets: update.target_list.iter().filter_map(target).collect(),
            conditional,
            head,
            tail,
        })
    }

    /// The statement for those rows that `range`, a condition, holds for. What stands before the end of its own condition keeps its
    /// place, so that an error is found.
    pub(super) fn within(&self, range: &str) -> String {
        let Backfill { head, tail, .. } = self;
        let (condition, rest) = tail.split_at(end_of_condition(tail));
        let and = if self.conditional { format!("{condition}\n) AND ") } else { String::new() };
        format!("{head}{and}{range} {rest}").trim_end().to_owned()
    }

    /// The table where its rows are read.
    pub(super) fn source(&self) -> String {
        format!("{}{} AS {}", if self.only { "ONLY " } else { "" }, self.table, self.alias)
    }
}

/// What stands before the condition, and from there on. Outside of parentheses `WHERE` is the statement's own.
fn cut(sql: &str, tokens: &[ScanToken]) -> (String, String, bool) {
    if let Some(token) = outside(tokens, Token::Where) {
        let end = offset(token.end);
        // The parenthesis takes the place of a blank.
        let (blank, rest) = (sql[end..].starts_with(char::is_whitespace), &sql[end..]);
        let rest = if blank { rest.split_at(rest.chars().next().map_or(0, char::len_utf8)).1 } else { rest };
        return (format!("{}(", &sql[..end]), rest.to_owned(), true);
    }
    let end = outside(tokens, Token::Returning).map_or(sql.len(), |it| offset(it.start));
    (format!("{}\nWHERE ", sql[..end].trim_end()), format!("\n{}", &sql[end..]).trim_end().to_owned(), false)
}

fn end_of_condition(tail: &str) -> usize {
    if tail.trim().is_empty() {
        return tail.len(); // the scanner does not take a text without tokens
    }
    let tokens = pg_query::scan_tokens(tail).unwrap_or_default();
    outside(&tokens, Token::Returning).map_or(tail.len(), |it| offset(it.start))
}

fn outside(tokens: &[ScanToken], wanted: Token) -> Option<&ScanToken> {
    let mut depth = 0;
    tokens.iter().find(|it| {
        match it.token() {
            Token::Ascii40 => depth += 1,
            Token::Ascii41 => depth -= 1,
            _ => {}
        }
        depth == 0 && it.token() == wanted
    })
}

fn offset(position: i32) -> usize {
    usize::try_from(position).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(sql: &str) -> String {
        let batches = Batches { by: By::Found, rows: ROWS };
        Backfill::of(batches, sql).unwrap().within("R").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_range_is_added_to_the_condition() {
        assert_eq!(within("UPDATE t SET a = 1"), "UPDATE t SET a = 1 WHERE R");
        assert_eq!(within("UPDATE t SET a = 1 WHERE a IS NULL OR b"), "UPDATE t SET a = 1 WHERE(a IS NULL OR b ) AND R");
        assert_eq!(within("UPDATE t SET a = (SELECT 1 WHERE true)"), "UPDATE t SET a = (SELECT 1 WHERE true) WHERE R");
        assert_eq!(
            within("UPDATE t SET a = u.a FROM u WHERE t.id = u.id -- why\n RETURNING 1"),
            "UPDATE t SET a = u.a FROM u WHERE(t.id = u.id -- why ) AND R RETURNING 1"
        );
        assert_eq!(within("UPDATE t SET a = 1 RETURNING (b)"), "UPDATE t SET a = 1 WHERE R RETURNING (b)");
    }

    #[test]
    fn names_are_those_of_the_statement() {
        let batches = Batches { by: By::Found, rows: ROWS };
        let it = Backfill::of(batches.clone(), "UPDATE ONLY \"A\".t AS x SET b = 1, (c, d) = (1, 2)").unwrap();
        assert_eq!((it.source().as_str(), it.sets.join(",").as_str()), ("ONLY \"A\".t AS x", "b,c,d"));
        for sql in ["DELETE FROM t", "UPDATE t SET a = 1 WHERE CURRENT OF c"] {
            assert!(Backfill::of(batches.clone(), sql).is_err(), "{sql}");
        }
    }

    #[test]
    fn a_directive_is_read_as_it_is_written() {
        for text in ["backfill in batches of 1000", "backfill by id in batches of 5", "backfill by a, \"B c\" in batches of 1"] {
            assert_eq!(Batches::parse(text).unwrap().unwrap().to_string(), text);
        }
        assert_eq!(Batches::parse("backfill by ctid").unwrap().unwrap().by, By::Place);
        assert_eq!(Batches::parse("allow x y").unwrap(), None);
        for text in ["backfill id", "backfill by", "backfill in batches of 0", "backfill by id in batches of many"] {
            assert!(Batches::parse(text).is_err(), "{text}");
        }
    }
}
