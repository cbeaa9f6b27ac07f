//! PostgreSQL's own grammar: a text cut into statements, and the place of a syntax error, which the parser keeps to itself.

use pg_query::protobuf::{ScanToken, Token};

use crate::error::{Error, Place, Result};
use crate::source::quoted_at;

/// One statement of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    /// Without comments around it and without its semicolon.
    pub(super) sql: &'a str,
    /// Where it begins, in bytes.
    pub(super) offset: usize,
    pub(super) nature: Nature,
}

/// What running a statement has to know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    Plain,
    Begin,
    Commit,
    /// Any other statement that ends a transaction.
    Transaction,
    Savepoint,
    Concurrent,
    LockTimeout,
    /// Any other parameter of the session.
    Setting,
    /// It may have to be sent alone, or may end transactions itself.
    Alone,
}

/// First words of statements that run inside a transaction as they do outside. `DO` and `CALL` may commit, `VACUUM`, `CLUSTER` and
/// others must not be inside one.
const SHARING: &[&str] = &[
    "alter", "comment", "copy", "create", "delete", "drop", "grant", "insert", "merge", "refresh", "revoke", "security",
    "select", "truncate", "update", "with",
];

/// How much of a long line is shown.
const WIDTH: usize = 120;

/// The text with what became a keyword in a newer PostgreSQL quoted: an older one prints it as it is.
pub(super) fn readable(mut text: String) -> String {
    while let Err(error) = pg_query::split_with_parser(&text) {
        let Some(better) = position(&text, &message(&error)).and_then(|it| quoted_at(&text, it)) else { break };
        text = better;
    }
    text
}

/// Cuts a text into statements.
pub(super) fn split<'a>(file: &str, text: &'a str) -> Result<Vec<Piece<'a>>> {
    if let Some(offset) = text.find('\0') {
        return Err(Error::new("the file holds a NUL character, which no statement may").at(place(file, text, offset)));
    }
    let statements = pg_query::split_with_parser(text).map_err(|it| syntax_error(file, text, &it))?;
    let mut pieces = Vec::new();
    for statement in statements {
        let tokens = pg_query::scan_tokens(statement).map_err(Error::internal)?;
        let tokens: Vec<ScanToken> = tokens.into_iter().filter(|it| !is_comment(it)).collect();
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { continue };
        let sql = &statement[offset(first.start)..offset(last.end)];
        pieces.push(Piece { sql, offset: sql.as_ptr() as usize - text.as_ptr() as usize, nature: nature(statement, &tokens) });
    }
    Ok(pieces)
}

fn offset(position: i32) -> usize {
    usize::try_from(position).unwrap_or_default()
}

fn is_comment(token: &ScanToken) -> bool {
    matches!(token.token(), Token::SqlComment | Token::CComment)
}

fn nature(statement: &str, tokens: &[ScanToken]) -> Nature {
    let words: Vec<String> = tokens.iter().take(3).map(|it| statement[offset(it.start)..offset(it.end)].to_lowercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["begin", ..] | ["start", "transaction", ..] => Nature::Begin,
        ["commit" | "end" | "rollback", "prepared", ..] | ["prepare", "transaction", ..] => Nature::Transaction,
        ["commit" | "end", .., "and"] => Nature::Transaction,
        ["commit" | "end", ..] => Nature::Commit,
        ["savepoint" | "release", ..] | ["rollback", "to", ..] | ["rollback", "work" | "transaction", "to"] => Nature::Savepoint,
        ["rollback" | "abort", ..] => Nature::Transaction,
        ["set", "lock_timeout", ..] | ["set", "local" | "session", "lock_timeout"] => Nature::LockTimeout,
        ["set", "constraints" | "transaction" | "local", ..] => Nature::Alone,
        ["set", ..] | ["reset", ..] => Nature::Setting,
        ["create" | "drop" | "reindex" | "alter", ..] if tokens.iter().any(|it| it.token() == Token::Concurrently) => {
            Nature::Concurrent
        }
        ["create" | "drop" | "alter", "database" | "tablespace" | "subscription" | "system", ..] => Nature::Alone,
        [word, ..] if SHARING.contains(word) => Nature::Plain,
        _ => Nature::Alone,
    }
}

/// The parser's message at the place it speaks of.
fn syntax_error(file: &str, text: &str, error: &pg_query::Error) -> Error {
    let message = message(error);
    let at = position(text, &message);
    let error = Error::new(message.lines().next().unwrap_or_default());
    let Some(offset) = at else { return error.within(file) };
    let error = error.at(place(file, text, offset));
    if text[offset..].starts_with('\\') {
        return error.help("that is a command of psql, not SQL: take it out");
    }
    let above = text[..offset].trim_end().rsplit_once(';').map_or("", |it| it.0);
    let above = above.rsplit(';').next().unwrap_or_default().to_lowercase();
    if above.contains("copy ") && above.contains("from stdin") {
        return error.help("rows behind COPY … FROM stdin are for psql to send: write them as INSERT");
    }
    error
}

fn message(error: &pg_query::Error) -> String {
    match error {
        pg_query::Error::Parse(it) | pg_query::Error::Scan(it) | pg_query::Error::Split(it) => it.clone(),
        other => other.to_string(),
    }
}

/// Where the parser stops. A text cut before the error fails at its end or not at all; cut after it, it fails as the whole does:
/// so the token is found by bisection.
fn position(text: &str, message: &str) -> Option<usize> {
    let Ok(tokens) = pg_query::scan_tokens(text) else {
        // The scanner fails where a quote or comment is opened and not closed; it quotes the rest of the text.
        let rest = message.split_once("at or near \"")?.1;
        let rest = rest.strip_suffix('"').unwrap_or(rest);
        return text.rfind(rest).filter(|_| !rest.is_empty());
    };
    let fails = |token: &ScanToken| {
        let cut = text.get(..offset(token.end)).unwrap_or(text);
        pg_query::split_with_parser(cut).is_err_and(|it| !message_is_about_the_end(&it))
    };
    let place = tokens.partition_point(|it| !fails(it));
    match tokens.get(place) {
        Some(token) => Some(offset(token.start)),
        None => Some(text.trim_end().len()),
    }
}

fn message_is_about_the_end(error: &pg_query::Error) -> bool {
    message(error).ends_with("at end of input")
}

/// The line and column of a byte of a text.
fn place(file: &str, text: &str, offset: usize) -> Place {
    let start = text[..offset].rfind('\n').map_or(0, |it| it + 1);
    let column = text[start..offset].chars().count() + 1;
    let line = text[..offset].matches('\n').count() + 1;
    let text = text[start..].lines().next().unwrap_or_default().to_owned();
    window(Place { file: file.to_owned(), line, column, text })
}

/// A place whose line is short enough for a terminal; the column is then the one in what is shown.
pub(super) fn window(mut place: Place) -> Place {
    if place.text.chars().count() > WIDTH {
        let skipped = place.column.saturating_sub(WIDTH / 2);
        place.text = place.text.chars().skip(skipped).take(WIDTH).collect();
        place.column -= skipped;
    }
    place
}
