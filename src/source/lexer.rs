//! The tokens of PostgreSQL's SQL, as far as one must know them to find where a statement ends: quotes, comments,
//! brackets, words (manual, section 4.1).

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword or an unquoted name.
    Word,
    /// A quoted name.
    Name,
    /// A string constant of any kind of quotes.
    Text,
    /// A number or a parameter (`$1`).
    Number,
    /// A comment to the end of the line.
    Line,
    /// A comment in `/* */`.
    Block,
    /// One character of anything else.
    Symbol,
    /// A backslash: psql reads the rest of the line as its own command.
    Backslash,
    /// A quote or comment that never ends.
    Open,
}

/// One token: what it is and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) range: Range<usize>,
}

/// Walks a text token by token.
#[derive(Debug, Clone)]
pub(crate) struct Lexer<'a> {
    text: &'a str,
    /// Where the next token is looked for.
    pub(crate) offset: usize,
    /// A backslash escapes in every string: `standard_conforming_strings` is off.
    pub(crate) escapes: bool,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Lexer<'a> {
        Lexer { text, offset: 0, escapes: false }
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.offset + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a str {
        &self.text[self.offset..]
    }

    /// Past the first occurrence of `end` at or after `ahead` bytes from here; to the end of the text when there is none.
    fn through(&mut self, ahead: usize, end: &str) -> bool {
        let found = self.text.get(self.offset + ahead..).and_then(|it| it.find(end));
        self.offset = found.map_or(self.text.len(), |it| self.offset + ahead + it + end.len());
        found.is_some()
    }

    /// Past a quoted text whose opening quote is at the offset; a doubled quote stays inside.
    fn quoted(&mut self, quote: u8, escapes: bool) -> bool {
        let bytes = self.text.as_bytes();
        self.offset += 1;
        while let Some(byte) = bytes.get(self.offset) {
            let is_doubled = *byte == quote && bytes.get(self.offset + 1) == Some(&quote);
            if is_doubled || (escapes && *byte == b'\\') {
                self.offset += 2;
            } else {
                self.offset += 1;
                if *byte == quote {
                    return true;
                }
            }
        }
        self.offset = bytes.len();
        false
    }

    fn block_comment(&mut self) -> bool {
        let mut depth = 0;
        loop {
            match (self.byte(0), self.byte(1)) {
                (b'/', b'*') => depth += 1,
                (b'*', b'/') => depth -= 1,
                _ if self.offset >= self.text.len() => return false,
                _ => {
                    self.offset += 1;
                    continue;
                }
            }
            self.offset += 2;
            if depth == 0 {
                return true;
            }
        }
    }

    fn dollar(&mut self) -> Kind {
        let name = self.rest()[1..].bytes().take_while(|it| is_name(*it) && *it != b'$').count();
        if self.byte(1).is_ascii_digit() || self.byte(1 + name) != b'$' {
            self.offset += 1 + name;
            return if name == 0 { Kind::Symbol } else { Kind::Number };
        }
        let tag = &self.rest()[..name + 2];
        if self.through(tag.len(), tag) { Kind::Text } else { Kind::Open }
    }

    fn word(&mut self) -> Kind {
        let length = self.rest().bytes().take_while(|it| is_name(*it)).count();
        let word = &self.rest()[..length];
        match (word, self.byte(length)) {
            ("e" | "E", b'\'') => {
                self.offset += 1;
                text(self.quoted(b'\'', true))
            }
            ("b" | "B" | "x" | "X" | "n" | "N", b'\'') => {
                self.offset += 1;
                text(self.quoted(b'\'', false))
            }
            ("u" | "U", b'&') if matches!(self.byte(2), b'\'' | b'"') => {
                let quote = self.byte(2);
                self.offset += 2;
                let closed = self.quoted(quote, false);
                if closed && quote == b'"' { Kind::Name } else { text(closed) }
            }
            _ => {
                self.offset += length;
                Kind::Word
            }
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.offset += self.rest().bytes().take_while(|it| matches!(it, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)).count();
        let start = self.offset;
        let first = self.rest().chars().next()?;
        let kind = match first {
            '-' if self.byte(1) == b'-' => {
                self.offset += self.rest().bytes().take_while(|it| *it != b'\n').count();
                Kind::Line
            }
            '/' if self.byte(1) == b'*' => {
                if self.block_comment() {
                    Kind::Block
                } else {
                    Kind::Open
                }
            }
            '\'' => text(self.quoted(b'\'', self.escapes)),
            '"' => {
                if self.quoted(b'"', false) {
                    Kind::Name
                } else {
                    Kind::Open
                }
            }
            '$' => self.dollar(),
            '\\' => {
                self.offset += 1;
                Kind::Backslash
            }
            '0'..='9' => {
                self.offset += self.rest().bytes().take_while(|it| is_name(*it) || *it == b'.').count();
                Kind::Number
            }
            it if it == '_' || it.is_ascii_alphabetic() || !it.is_ascii() => self.word(),
            it => {
                self.offset += it.len_utf8();
                Kind::Symbol
            }
        };
        Some(Token { kind, range: start..self.offset })
    }
}

fn text(closed: bool) -> Kind {
    if closed { Kind::Text } else { Kind::Open }
}

fn is_name(byte: u8) -> bool {
    byte == b'_' || byte == b'$' || byte >= 0x80 || byte.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<(Kind, &str)> {
        Lexer::new(text).map(|it| (it.kind, &text[it.range])).collect()
    }

    #[test]
    fn quotes_keep_what_is_in_them_together() {
        use Kind::{Name, Number, Symbol, Text, Word};
        assert_eq!(tokens(r"'a''b' E'\'' 'c\' x"), [(Text, "'a''b'"), (Text, r"E'\''"), (Text, r"'c\'"), (Word, "x")]);
        assert_eq!(
            tokens(r#""a"";" U&"b;" $$ ; $x$ $$ $1"#),
            [(Name, r#""a"";""#), (Name, r#"U&"b;""#), (Text, "$$ ; $x$ $$"), (Number, "$1")]
        );
        assert_eq!(tokens("$a$ $$ $b$ $a$;a$b$"), [(Text, "$a$ $$ $b$ $a$"), (Symbol, ";"), (Word, "a$b$")]);
    }

    #[test]
    fn comments_nest_and_may_stay_open() {
        assert_eq!(
            tokens("/* a /* b */ */ -- c\nd"),
            [(Kind::Block, "/* a /* b */ */"), (Kind::Line, "-- c"), (Kind::Word, "d")]
        );
        assert_eq!(tokens("a /* b"), [(Kind::Word, "a"), (Kind::Open, "/* b")]);
        assert_eq!(tokens("'é"), [(Kind::Open, "'é")]);
    }
}
