//! A routine's body as the SQL in it, each piece with its place, and what its variables are.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::kinds::Body;
use crate::source::lexer::{Kind, Lexer};
use crate::source::tree::Tree;

/// A statement or an expression of a body.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub(super) tree: Tree,
    /// Its text, as it was parsed.
    sql: String,
    /// How many bytes of `sql` are not in the body.
    added: usize,
    /// The line of the body on which it starts.
    line: usize,
    /// It is the text of a statement that is put together at run time.
    pub(super) is_dynamic: bool,
    /// The assignment's target: `r.legacy := 1`.
    pub(super) is_target: bool,
    /// The routine returns its rows.
    pub(super) is_result: bool,
}

/// What is read of a body.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) pieces: Vec<Piece>,
    /// The declared type of each variable and parameter; nothing for a record.
    pub(super) variables: BTreeMap<String, Option<Tree>>,
    /// The number of a piece whose rows a record takes.
    pub(super) rows: Vec<(String, usize)>,
    /// What is no SQL that we can read, with the line it starts on; words are all there is.
    pub(super) unread: Vec<(usize, String)>,
}

impl Piece {
    pub(super) fn new(sql: &str, line: usize) -> Option<Piece> {
        Piece::parsed(sql.to_owned(), 0, line)
    }

    /// The same as something that is run by `EXECUTE`.
    pub(super) fn run(self) -> Piece {
        Piece { is_dynamic: true, ..self }
    }

    /// The type of a variable, where it is declared.
    pub(super) fn of_type(of: &Tree, body: &str, variable: &str) -> Option<Piece> {
        let mut tokens = Lexer::new(body).filter(|it| matches!(it.kind, Kind::Word | Kind::Name));
        let at = tokens.find(|it| unquoted(&body[it.range.clone()]) == variable).map_or(0, |it| it.range.start);
        let line = 1 + body[..at].matches('\n').count();
        let tree = Tree::List(vec![of.clone()]);
        Some(Piece { tree, line, ..Piece::default() })
    }

    fn parsed(sql: String, added: usize, line: usize) -> Option<Piece> {
        let tree = parse(&sql)?;
        Some(Piece { tree, sql, added, line, ..Piece::default() })
    }

    /// The line of the body for a place in the tree.
    pub(super) fn line(&self, location: i64) -> usize {
        let end = usize::try_from(location).unwrap_or(0).max(self.added).min(self.sql.len());
        let before = self.sql.as_bytes().get(self.added.min(end)..end).unwrap_or_default();
        self.line + before.iter().filter(|it| **it == b'\n').count()
    }
}

/// The trees of all statements in a text; nothing when it is no SQL.
pub(super) fn parse(sql: &str) -> Option<Tree> {
    let result = pg_query::parse(sql, pg_query::ParserOptions::DEFAULT).ok()?;
    let nodes = result.protobuf.stmts.into_iter().filter_map(|it| it.stmt).filter_map(|it| it.node);
    let trees: Vec<Tree> = nodes.map(|it| Tree::of(&it)).collect();
    (!trees.is_empty()).then_some(Tree::List(trees))
}

/// Reads a body. `is_row` says whether a type has fields.
pub(super) fn read(body: &Body, is_row: &dyn Fn(&Tree) -> bool) -> Read {
    let mut read = Read { variables: parameters(&body.definition), ..Read::default() };
    if body.language == "sql" {
        if !statements(&body.text, &mut read.pieces) {
            read.unread.push((1, body.text.clone()));
        }
        read.pieces.last_mut().into_iter().for_each(|it| it.is_result = true);
        return read;
    }
    let declared = declared(&body.text);
    let mut text = body.text.clone();
    for it in declared.iter().rev() {
        // libpg_query knows the fields of records alone.
        if it.of.as_ref().is_some_and(is_row) {
            text.replace_range(it.range.clone(), "record");
        }
    }
    read.variables.extend(declared.into_iter().map(|it| (it.name, it.of)));
    let parsed = pg_query::parse_plpgsql(&wrapped(&text, body, is_row));
    match parsed {
        Ok(parsed) => Walk { read: &mut read, body: &body.text, line: 1 }.value(&parsed, "", ""),
        Err(error) => {
            tracing::debug!(routine = body.routine, %error, "a body could not be read");
            read.unread.push((1, body.text.clone()));
        }
    }
    read
}

/// The statements of a body in SQL, one by one so that each stands by itself.
fn statements(text: &str, pieces: &mut Vec<Piece>) -> bool {
    let Ok(cut) = pg_query::split_with_parser(text) else { return false };
    let mut from = 0;
    for statement in cut {
        let start = text[from..].find(statement).map_or(from, |it| from + it);
        from = start + statement.len();
        let line = 1 + text[..start].matches('\n').count();
        pieces.extend(Piece::new(statement, line));
    }
    true
}

/// The routine as libpg_query can read it: it knows no triggers, and no fields of a parameter that is a row.
fn wrapped(text: &str, body: &Body, is_row: &dyn Fn(&Tree) -> bool) -> String {
    let returns = |it: &str| body.definition.lines().take(3).any(|line| line.trim_start() == format!("RETURNS {it}"));
    let (mut arguments, mut result) = (Vec::new(), "RETURNS SETOF record");
    if returns("trigger") || returns("event_trigger") {
        arguments.extend(["new record", "old record"].map(str::to_owned));
        result = "RETURNS record";
    }
    let tree = parse(&body.definition);
    let parameters = tree.iter().flat_map(Tree::items).filter_map(Tree::node).flat_map(|it| it.nodes("parameters"));
    for it in parameters.filter(|it| !it.text("name").is_empty()) {
        let of = it.get("arg_type");
        arguments.push(format!("{} {}", crate::sql::name(it.text("name")), if is_row(of) { "record" } else { "text" }));
    }
    let set = ["RETURN NEXT", "RETURN QUERY"].iter().any(|it| body.text.to_uppercase().contains(it));
    let result = match result {
        _ if body.definition.starts_with("CREATE OR REPLACE PROCEDURE") || returns("void") => "RETURNS void",
        "RETURNS SETOF record" if !set => "RETURNS text",
        it => it,
    };
    let mut quote = "$body$".to_owned();
    while text.contains(&quote) {
        quote.insert(1, 'b');
    }
    format!("CREATE FUNCTION f({}) {result} LANGUAGE plpgsql AS {quote}{text}{quote}", arguments.join(", "))
}

/// The types of a routine's parameters.
fn parameters(definition: &str) -> BTreeMap<String, Option<Tree>> {
    let tree = parse(definition);
    let statement = tree.iter().flat_map(Tree::items).filter_map(Tree::node);
    let parameters = statement.flat_map(|it| it.nodes("parameters"));
    parameters.map(|it| (it.text("name").to_owned(), Some(it.get("arg_type").clone()))).collect()
}

/// A variable and where its type stands.
struct Declared {
    name: String,
    range: std::ops::Range<usize>,
    of: Option<Tree>,
}

/// What the `DECLARE` sections say. Libpg_query loses the schemas of types.
fn declared(text: &str) -> Vec<Declared> {
    let tokens: Vec<_> = Lexer::new(text).filter(|it| !matches!(it.kind, Kind::Line | Kind::Block)).collect();
    let word = |at: usize| tokens.get(at).map_or(String::new(), |it| text[it.range.clone()].to_lowercase());
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        at += 1;
        if word(at - 1) != "declare" {
            continue;
        }
        while at < tokens.len() && word(at) != "begin" {
            let end = (at..tokens.len()).find(|it| word(*it) == ";").unwrap_or(tokens.len());
            let first = at + 1 + usize::from(word(at + 1) == "constant");
            let stops = [":", "=", "default", "not", "collate", ";"];
            let last = (first..end).find(|it| stops.contains(&word(*it).as_str())).unwrap_or(end);
            if first < last && !matches!(word(first).as_str(), "cursor" | "no" | "scroll" | "alias" | "record") {
                let range = tokens[first].range.start..tokens[last - 1].range.end;
                let written = &text[range.clone()];
                let is_field = written.to_lowercase().contains("%type");
                let of = if is_field { field_type(written) } else { parse(&format!("SELECT NULL::{}", row_type(written))) };
                let of = of.and_then(|it| first_type(&it));
                found.push(Declared { name: unquoted(&text[tokens[at].range.clone()]), range, of });
            } else if first < last && word(first) == "record" {
                found.push(Declared { name: word(at), range: 0..0, of: None });
            }
            at = end + 1;
        }
    }
    found.retain(|it| it.of.is_some() || it.range.is_empty());
    found
}

/// `orders%ROWTYPE` is the type `orders`.
fn row_type(written: &str) -> String {
    let start = written.to_lowercase().find("%rowtype").unwrap_or(written.len());
    written[..start].trim().to_owned()
}

/// `orders.total%TYPE`: only a routine's parameters and results can be written so in SQL.
fn field_type(written: &str) -> Option<Tree> {
    parse(&format!("CREATE FUNCTION f(a {written}) RETURNS void LANGUAGE sql AS ''"))
}

fn first_type(tree: &Tree) -> Option<Tree> {
    let mut found = None;
    tree.walk(&mut |it| {
        if it.name == "TypeName" && found.is_none() {
            found = Some(Tree::Node(it.clone()));
        }
        found.is_none()
    });
    found
}

pub(super) fn unquoted(name: &str) -> String {
    match name.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(it) => it.replace("\"\"", "\""),
        None => name.to_lowercase(),
    }
}

/// Goes through what libpg_query says of a body.
struct Walk<'a> {
    read: &'a mut Read,
    body: &'a str,
    /// The line of the statement we are in.
    line: usize,
}

impl Walk<'_> {
    /// `name`: the field that holds the value; `of`: what holds the field.
    fn value(&mut self, value: &Value, name: &str, of: &str) {
        match value {
            Value::Array(items) => items.iter().for_each(|it| self.value(it, name, of)),
            Value::Object(fields) => self.object(fields, name, of),
            _ => {}
        }
    }

    fn object(&mut self, fields: &serde_json::Map<String, Value>, name: &str, of: &str) {
        if let Some(expression) = fields.get("PLpgSQL_expr") {
            let is_dynamic = name == "dynquery" || name == "query" && of.contains("_dyn");
            let first = self.read.pieces.len();
            self.expression(expression, is_dynamic);
            let is_result = name == "query" && of == "PLpgSQL_stmt_return_query";
            self.read.pieces[first..].iter_mut().for_each(|it| it.is_result = is_result);
            return;
        }
        let line = self.line;
        if let Some(it) = fields.get("lineno").and_then(Value::as_u64).and_then(|it| usize::try_from(it).ok()) {
            self.line = it.max(1);
        }
        let first = self.read.pieces.len();
        let is_query = |it: &&String| matches!(it.as_str(), "query" | "sqlstmt");
        for field in fields.keys().filter(is_query).chain(fields.keys().filter(|it| !is_query(it))) {
            let of = if field.starts_with("PLpgSQL_") { field } else { of };
            self.value(&fields[field], field, of);
        }
        let record = |it: &str| fields.get(it)?.pointer("/PLpgSQL_rec/refname")?.as_str().map(str::to_owned);
        if let (Some(name), true) = (record("var").or_else(|| record("target")), self.read.pieces.len() > first) {
            self.read.rows.push((name, first));
        }
        self.line = line;
    }

    fn expression(&mut self, expression: &Value, is_dynamic: bool) {
        let Some(query) = expression.get("query").and_then(Value::as_str) else { return };
        let line = self.line_of(query);
        let mode = expression.get("parseMode").and_then(Value::as_u64).unwrap_or(0);
        let select = |it: &str, line| Piece::parsed(format!("SELECT {it}"), "SELECT ".len(), line);
        match (mode, assignment(query)) {
            (0, _) => self.keep(Piece::new(query, line), query, line),
            (3.., Some((target, value))) => {
                let lines = query[..value].matches('\n').count();
                self.keep(select(&query[value..], line + lines), &query[value..], line + lines);
                self.read.pieces.extend(select(&query[..target], line).map(|it| Piece { is_target: true, ..it }));
            }
            _ => self.keep(select(query, line).map(|it| Piece { is_dynamic, ..it }), query, line),
        }
    }

    fn keep(&mut self, piece: Option<Piece>, text: &str, line: usize) {
        match piece {
            Some(it) => self.read.pieces.push(it),
            None => self.read.unread.push((line, text.to_owned())),
        }
    }

    /// The line on which a query starts: it stands on the line of its statement or below.
    fn line_of(&self, query: &str) -> usize {
        let start: usize = self.body.split_inclusive('\n').take(self.line - 1).map(str::len).sum();
        let text = query.trim_start();
        let found = self.body.get(start..).and_then(|it| {
            let head = |it: &str| it.lines().next().unwrap_or_default().trim_end().to_owned();
            // PERFORM is printed as SELECT, and what stands before INTO alone is as it was.
            let rest = text.split_once(char::is_whitespace).map_or("", |it| it.1);
            let short: String = head(text).split("  ").next().unwrap_or_default().to_owned();
            [text.to_owned(), head(text), short, head(rest)]
                .iter()
                .filter(|it| !it.is_empty())
                .find_map(|head| it.find(head.as_str()))
        });
        self.line + found.map_or(0, |it| self.body[start..start + it].matches('\n').count())
    }
}

/// Where the target of an assignment ends and where its value starts.
fn assignment(query: &str) -> Option<(usize, usize)> {
    let mut depth = 0;
    for token in Lexer::new(query) {
        match &query[token.range.clone()] {
            "[" | "(" => depth += 1,
            "]" | ")" => depth -= 1,
            ":" if depth == 0 && query[token.range.end..].starts_with('=') => {
                return Some((token.range.start, token.range.end + 1));
            }
            "=" if depth == 0 => return Some((token.range.start, token.range.end)),
            _ => {}
        }
    }
    None
}
