//! A file cut into its pieces, as psql cuts it: a statement ends at a semicolon outside quotes, brackets and
//! `BEGIN ATOMIC … END`; rows follow `COPY … FROM stdin`; a backslash is psql's own.
//!
//! libpg_query's two splitters do not serve: one needs a file without any error, the other cuts inside `BEGIN ATOMIC`.

use std::ops::Range;

use super::lexer::{Kind, Lexer, Token};

/// One piece of a file; ranges are bytes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A statement without its semicolon, from its first token to its last.
    Statement(Range<usize>),
    /// A line of psql's: `\connect x`.
    Command(Range<usize>),
    /// A quote or comment that never ends.
    Open(Range<usize>),
}

/// A file's pieces and its comments, both in the order they stand.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Pieces {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) comments: Vec<Range<usize>>,
}

/// Cuts a file.
pub(crate) fn split(text: &str) -> Pieces {
    let mut result = Pieces::default();
    let mut lexer = Lexer::new(text);
    let mut current = Current::default();
    while let Some(token) = lexer.next() {
        match token.kind {
            Kind::Line | Kind::Block => result.comments.push(token.range),
            Kind::Open => {
                result.pieces.push(Piece::Open(token.range));
                return result;
            }
            Kind::Backslash => {
                result.pieces.extend(current.end().map(Piece::Statement));
                let end = line_end(text, token.range.start);
                result.pieces.push(Piece::Command(token.range.start..text[..end].trim_end().len()));
                lexer.offset = end;
            }
            Kind::Symbol if &text[token.range.clone()] == ";" && current.may_end() => {
                let rows = current.is_copy_in();
                lexer.escapes = current.escapes().unwrap_or(lexer.escapes);
                result.pieces.extend(current.end().map(Piece::Statement));
                if rows {
                    lexer.offset = rows_end(text, token.range.end);
                }
            }
            _ => current.push(text, &token),
        }
    }
    result.pieces.extend(current.end().map(Piece::Statement));
    result
}

/// The statement being read.
#[derive(Default)]
struct Current {
    range: Option<Range<usize>>,
    brackets: usize,
    /// How many `END`s are missing to close `BEGIN ATOMIC`.
    blocks: usize,
    /// Its first words, lower case.
    head: Vec<String>,
    /// The word before the last, and the last, when nothing but a word stood between.
    last: [String; 2],
    copy_in: bool,
}

impl Current {
    fn push(&mut self, text: &str, token: &Token) {
        let start = self.range.as_ref().map_or(token.range.start, |it| it.start);
        self.range = Some(start..token.range.end);
        let piece = &text[token.range.clone()];
        match piece {
            "(" | "[" => self.brackets += 1,
            ")" | "]" => self.brackets = self.brackets.saturating_sub(1),
            _ => {}
        }
        let word = if token.kind == Kind::Word { piece.to_ascii_lowercase() } else { String::new() };
        if self.head.len() < 4 {
            self.head.push(word.clone());
        }
        if self.brackets == 0 && !word.is_empty() {
            self.block(&word);
            self.copy_in |= self.head[0] == "copy" && word == "stdin" && self.last[1] == "from";
        }
        self.last.swap(0, 1);
        self.last[1] = word;
    }

    fn block(&mut self, word: &str) {
        let head: Vec<&str> = self.head.iter().map(String::as_str).collect();
        let is_routine =
            matches!(head[..], ["create", "function" | "procedure", ..] | ["create", "or", "replace", "function" | "procedure"]);
        match word {
            "atomic" if is_routine && self.last[1] == "begin" => self.blocks += 1,
            "case" if self.blocks > 0 => self.blocks += 1,
            "end" => self.blocks = self.blocks.saturating_sub(1),
            _ => {}
        }
    }

    fn may_end(&self) -> bool {
        self.brackets == 0 && self.blocks == 0
    }

    fn is_copy_in(&self) -> bool {
        self.copy_in
    }

    /// What `SET standard_conforming_strings` makes of a backslash in the strings that follow.
    fn escapes(&self) -> Option<bool> {
        let is_set = self.head.len() == 4 && self.head[0] == "set" && self.head[1] == "standard_conforming_strings";
        is_set.then(|| self.last[1] == "off" || self.last[1] == "false")
    }

    fn end(&mut self) -> Option<Range<usize>> {
        std::mem::take(self).range
    }
}

fn line_end(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |it| from + it)
}

/// Past the rows of a `COPY … FROM stdin` whose semicolon ends at `from`: past the line `\.`, or the end.
fn rows_end(text: &str, from: usize) -> usize {
    let mut start = line_end(text, from) + 1;
    while start < text.len() {
        let end = line_end(text, start);
        let is_last = text[start..end].trim_end_matches('\r') == "\\.";
        start = end + 1;
        if is_last {
            break;
        }
    }
    start.min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(text: &str) -> Vec<&str> {
        let pieces = split(text).pieces.into_iter();
        let range = |it| match it {
            Piece::Statement(it) | Piece::Command(it) | Piece::Open(it) => it,
        };
        pieces.map(|it| &text[range(it)]).collect()
    }

    #[test]
    fn semicolons_in_quotes_brackets_and_comments_do_not_end_a_statement() {
        assert_eq!(statements("a ';' /* ; */ $$;$$ -- ;\n b; ; c ;"), ["a ';' /* ; */ $$;$$ -- ;\n b", "c"]);
        assert_eq!(
            statements("create rule r as on insert to t do (select 1; select 2); x"),
            ["create rule r as on insert to t do (select 1; select 2)", "x"]
        );
    }

    #[test]
    fn an_atomic_body_is_part_of_its_statement() {
        let body = "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END";
        assert_eq!(statements(&format!("{body}; BEGIN; SELECT 1; END;")), [body, "BEGIN", "SELECT 1", "END"]);
    }

    #[test]
    fn rows_of_copy_are_left_out() {
        let text = "COPY t (a, b) FROM stdin;\n1\t';\n\\.\n\nSELECT 1;\nCOPY t FROM stdin WITH (FORMAT csv);\nx\n";
        assert_eq!(statements(text), ["COPY t (a, b) FROM stdin", "SELECT 1", "COPY t FROM stdin WITH (FORMAT csv)"]);
    }

    #[test]
    fn old_dumps_escape_with_backslashes() {
        let text = r"SET standard_conforming_strings = off; a 'it\'s; b'; SET standard_conforming_strings = on; '\'; c";
        let expected =
            ["SET standard_conforming_strings = off", r"a 'it\'s; b'", "SET standard_conforming_strings = on", r"'\'", "c"];
        assert_eq!(statements(text), expected);
    }

    #[test]
    fn a_backslash_takes_its_line() {
        assert_eq!(statements("\\restrict 'x;\nSELECT 1;\n\\connect y \nz"), ["\\restrict 'x;", "SELECT 1", "\\connect y", "z"]);
    }

    #[test]
    fn an_open_quote_takes_the_rest() {
        assert_eq!(statements("SELECT 1; SELECT 'a; b"), ["SELECT 1", "'a; b"]);
    }
}
