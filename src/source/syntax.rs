//! Parsing one statement, and finding where it is wrong: libpg_query reports an error without its position.

use std::borrow::Cow;

use pg_query::{NodeEnum, ParserOptions};

use super::late::quoted_at;
use super::lexer::{Kind, Lexer, Token};

/// What the parser says against a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// PostgreSQL's words.
    pub(crate) message: String,
    /// The byte of the statement.
    pub(crate) offset: usize,
    /// What may be meant.
    pub(crate) help: Option<String>,
}

/// One statement with what became a keyword in a newer PostgreSQL quoted, and its parse tree.
pub(crate) fn read(sql: &str, escapes: bool) -> Result<(Cow<'_, str>, Option<NodeEnum>), Wrong> {
    let mut text = Cow::Borrowed(sql);
    loop {
        match parse(&text, escapes) {
            Ok(node) => return Ok((text, node)),
            Err(wrong) => match quoted_at(&text, wrong.offset) {
                Some(better) => text = Cow::Owned(better),
                None => return Err(Wrong { offset: (wrong.offset + sql.len()).saturating_sub(text.len()), ..wrong }),
            },
        }
    }
}

/// The parse tree of one statement; `None` for nothing but comments. `escapes`: every string takes backslashes.
pub(crate) fn parse(sql: &str, escapes: bool) -> Result<Option<NodeEnum>, Wrong> {
    let options = if escapes { ParserOptions::DISABLE_STANDARD_CONFORMING_STRINGS } else { ParserOptions::DEFAULT };
    match pg_query::parse(sql, options) {
        Ok(result) => Ok(result.protobuf.stmts.into_iter().next().and_then(|it| it.stmt).and_then(|it| it.node)),
        Err(error) => {
            let message = message(&error);
            let tokens: Vec<Token> = Lexer::new(sql).filter(|it| !matches!(it.kind, Kind::Line | Kind::Block)).collect();
            let wrong = first_wrong(sql, &tokens, &message);
            let offset = tokens.get(wrong).map_or(sql.len(), |it| it.range.start);
            Err(Wrong { help: help(sql, &tokens, wrong), message, offset })
        }
    }
}

fn message(error: &pg_query::Error) -> String {
    match error {
        pg_query::Error::Parse(message) => message.clone(),
        it => it.to_string(),
    }
}

/// The number of the token the parser stops at. A text cut off before it is merely unfinished; cut off after it, it is
/// wrong: so bisection finds it.
fn first_wrong(sql: &str, tokens: &[Token], message: &str) -> usize {
    let near = message.split_once(" at or near \"").and_then(|(_, it)| it.strip_suffix('"'));
    let candidates: Vec<usize> = match near {
        Some(near) => (0..tokens.len()).filter(|it| sql[tokens[*it].range.start..].starts_with(near)).collect(),
        None if message.ends_with("at end of input") => return tokens.len(),
        None => (0..tokens.len()).collect(),
    };
    let is_wrong = |it: &usize| {
        let end = near.map_or(tokens[*it].range.end, |near| tokens[*it].range.start + near.len());
        pg_query::parse(&sql[..end], 0).is_err_and(|it| !self::message(&it).ends_with("at end of input"))
    };
    let position = candidates.partition_point(|it| !is_wrong(it));
    candidates.get(position).or(candidates.last()).copied().unwrap_or(0)
}

/// What git puts at the beginning of a line where two sides of a merge differ.
const CONFLICT: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// Guesses at the commonest slips.
fn help(sql: &str, tokens: &[Token], wrong: usize) -> Option<String> {
    let text = |it: usize| tokens.get(it).map(|it| &sql[it.range.clone()]);
    let before = wrong.checked_sub(1).and_then(text);
    let starts_line = |offset: usize| sql[..offset].rsplit('\n').next().is_some_and(|it| it.trim().is_empty());
    let line = tokens.get(wrong).and_then(|it| sql[..it.range.start].rfind('\n').map(|it| it + 1).or(Some(0)));
    if line.is_some_and(|it| CONFLICT.iter().any(|marker| sql[it..].starts_with(marker))) {
        return Some("git left both sides of a merge here: keep what holds, and take its markers out".to_owned());
    }
    let starts: [&str; 10] = ["create", "alter", "drop", "comment", "grant", "revoke", "insert", "select", "set", "update"];
    match (before, text(wrong)) {
        (Some(","), Some(")")) => Some("a comma too many before this bracket".to_owned()),
        (_, Some(":")) if tokens.get(wrong + 1).is_some_and(|it| it.range.start == tokens[wrong].range.end) => {
            Some("variables of psql are not known here: write the value".to_owned())
        }
        (Some(_), Some(word)) if starts.contains(&word.to_lowercase().as_str()) && starts_line(tokens[wrong].range.start) => {
            Some("a semicolon may be missing before this line".to_owned())
        }
        (_, None) => Some("the statement is not finished: is a bracket left open, or a part missing?".to_owned()),
        (_, Some(word)) if tokens[wrong].kind == Kind::Word && crate::sql::name(&word.to_lowercase()).starts_with('"') => {
            Some(format!("{word} is a keyword: as a name it must be quoted: \"{}\"", word.to_lowercase()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(sql: &str) -> (String, usize) {
        let wrong = parse(sql, false).unwrap_err();
        (wrong.message, wrong.offset)
    }

    #[test]
    fn the_position_is_that_of_the_token_the_parser_stops_at() {
        let sql = "CREATE TABLE t (\n  a int,\n  b text,\n)";
        assert_eq!(wrong(sql), ("syntax error at or near \")\"".to_owned(), sql.rfind(')').unwrap()));
        let sql = "CREATE TABLE t (a int, b int b int)";
        assert_eq!(wrong(sql), ("syntax error at or near \"b\"".to_owned(), 29));
        let sql = "CREATE TABLE t (a int";
        assert_eq!(wrong(sql), ("syntax error at end of input".to_owned(), sql.len()));
    }

    #[test]
    fn an_error_without_a_token_is_found_too() {
        let sql = "CREATE TABLE t (a int); CREATE TABLE u (a int NOT NULL, FOREIGN KEY (a) REFERENCES x MATCH PARTIAL)";
        assert_eq!(wrong(sql), ("MATCH PARTIAL not yet implemented".to_owned(), sql.find("PARTIAL").unwrap()));
    }

    #[test]
    fn late_keywords_are_names_where_only_a_name_can_be() {
        let sql = "CREATE FUNCTION json(json t, json_array json_value) RETURNS TABLE(json json) LANGUAGE sql AS ''";
        let (text, node) = read(sql, false).unwrap();
        assert!(node.is_some());
        assert!(text.starts_with("CREATE FUNCTION \"json\"(\"json\" t, \"json_array\" \"json_value\")"), "{text}");
        let wrong = read("CREATE FUNCTION f(json t,) RETURNS int LANGUAGE sql AS ''", false).unwrap_err();
        assert_eq!(wrong.offset, 25);
    }

    #[test]
    fn slips_get_a_hint() {
        let help = |sql| parse(sql, false).unwrap_err().help.unwrap_or_default();
        assert_eq!(help("CREATE TABLE t (a int,)"), "a comma too many before this bracket");
        assert_eq!(
            help("CREATE TYPE a AS ENUM ('x')\nCREATE TYPE b AS ENUM ('y')"),
            "a semicolon may be missing before this line"
        );
        let merged = "CREATE TABLE t (\n<<<<<<< HEAD\n    a int\n=======\n    b int\n>>>>>>> theirs\n)";
        assert!(help(merged).starts_with("git left both sides"));
        assert_eq!(help("CREATE TABLE user (a int)"), "user is a keyword: as a name it must be quoted: \"user\"");
    }

    #[test]
    fn deep_expressions_parse() {
        let sql = format!("SELECT {}1{}", "(1 + ".repeat(300), ")".repeat(300));
        assert!(crate::source::deeply(|| Ok(parse(&sql, false).is_ok())).unwrap());
    }
}
