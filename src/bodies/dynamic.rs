//! Statements that a body puts together at run time: what stands in strings, read as SQL where it is SQL.

use super::read::{Piece, parse};
use crate::source::lexer::{Kind, Lexer};
use crate::source::tree::{Node, Tree};

/// What stands for a part that is known at run time only: it can be a name or a value.
const HOLE: &str = "_";

/// A text that is run.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) line: usize,
    /// The statements, when it is SQL.
    pub(super) piece: Option<Piece>,
    /// The words in it.
    pub(super) words: Vec<String>,
}

/// The texts that `EXECUTE` may run: its own, and in a body that runs what a variable holds, every string that is a statement.
pub(super) fn texts(pieces: &[Piece]) -> Vec<Text> {
    let runs_variables = pieces.iter().any(|it| it.is_dynamic);
    let mut found = Vec::new();
    for piece in pieces.iter().filter(|_| runs_variables) {
        let mut templates = Vec::new();
        piece.tree.walk(&mut |node| collect(node, &mut templates));
        for (template, location) in templates {
            let line = piece.line(location);
            let statement = is_statement(&template).then(|| Piece::new(&template, line)).flatten();
            if piece.is_dynamic || statement.is_some() {
                let statement = statement.map(Piece::run);
                found.push(Text { line, piece: statement, words: words(&template) });
            }
        }
    }
    found
}

/// Collects whole concatenations, formats and single strings; says whether to look inside.
fn collect(node: &Node, templates: &mut Vec<(String, i64)>) -> bool {
    let is_format = node.name == "FuncCall" && node.get("funcname").strings().last().is_some_and(|it| it == "format");
    if !is_format && node.name != "AConst" && !is_concatenation(node) {
        return true;
    }
    let location = node.get("lexpr").node().map_or(node.integer("location"), start);
    if let Some(text) = template(node).filter(|it| it != HOLE) {
        templates.push((text, location));
    }
    false
}

fn is_concatenation(node: &Node) -> bool {
    node.name == "AExpr" && node.get("name").strings().last().is_some_and(|it| it == "||")
}

/// Where the leftmost part of a concatenation stands.
fn start(node: &Node) -> i64 {
    node.get("lexpr").node().map_or(node.integer("location"), start)
}

/// The text with holes; nothing for what is no text.
fn template(node: &Node) -> Option<String> {
    let part = |it: &Tree| it.node().and_then(template).unwrap_or_else(|| HOLE.to_owned());
    match node.name {
        "AConst" => node.get("val").string().map(str::to_owned),
        "AExpr" if is_concatenation(node) => Some(part(node.get("lexpr")) + &part(node.get("rexpr"))),
        "FuncCall" if node.get("funcname").strings().last().is_some_and(|it| it == "format") => {
            node.get("args").items().first().and_then(Tree::node).and_then(template).map(|it| filled(&it))
        }
        "TypeCast" => node.get("arg").node().and_then(template),
        _ => None,
    }
}

/// A format's text with holes for its places: `%I`, `%1$L`.
fn filled(format: &str) -> String {
    let mut filled = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        filled.push_str(before);
        let end = after.find(|it: char| !it.is_ascii_digit() && it != '$' && it != '-').unwrap_or(after.len());
        let (kind, next) = after[end..].split_at(after[end..].chars().next().map_or(0, char::len_utf8));
        filled.push_str(if kind == "%" { "%" } else { HOLE });
        rest = next;
    }
    filled + rest
}

fn is_statement(text: &str) -> bool {
    let first = text.trim_start().split(|it: char| !it.is_alphabetic()).next().unwrap_or_default().to_lowercase();
    let heads = [
        "select", "insert", "update", "delete", "merge", "with", "create", "alter", "drop", "truncate", "call", "grant",
        "revoke", "refresh", "comment", "lock", "copy", "analyze", "values", "table",
    ];
    heads.contains(&first.as_str()) && parse(text).is_some()
}

/// The words of a text that could be names.
pub(super) fn words(text: &str) -> Vec<String> {
    let names = Lexer::new(text).filter(|it| matches!(it.kind, Kind::Word | Kind::Name));
    names.map(|it| super::read::unquoted(&text[it.range])).collect()
}
