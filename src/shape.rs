//! The words of a statement this program wrote: enough of a reader to tell its shape, not a parser of SQL.
//!
//! Keywords are compared without case; names, literals and dollar-quoted bodies are one token each, so that no word inside them
//! is taken for a keyword.

/// Reads tokens from the front of a statement.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    /// The words of `sql`.
    pub fn new(sql: &'a str) -> Words<'a> {
        Words { rest: sql.trim_start() }
    }

    /// What is not read yet.
    pub fn rest(&self) -> &'a str {
        self.rest.trim_end()
    }

    /// The next token without taking it.
    pub fn peek(&self) -> Option<&'a str> {
        (!self.rest.is_empty()).then(|| &self.rest[..token_length(self.rest)])
    }

    /// Takes all of `keywords` when they are next, in this order; else none.
    pub fn accept(&mut self, keywords: &str) -> bool {
        let mut ahead = *self;
        let found = keywords.split(' ').all(|keyword| ahead.next().is_some_and(|it| it.eq_ignore_ascii_case(keyword)));
        if found {
            *self = ahead;
        }
        found
    }

    /// Takes the next name with its qualification, as it is written: `public."Order"`.
    pub fn path(&mut self) -> Option<&'a str> {
        let start = self.rest;
        self.next()?;
        while self.peek() == Some(".") {
            self.next();
            self.next();
        }
        Some(start[..start.len() - self.rest.len()].trim_end())
    }

    /// The words after the first `keyword`, if it is there.
    pub fn after(mut self, keyword: &str) -> Option<Words<'a>> {
        loop {
            if self.peek()?.eq_ignore_ascii_case(keyword) {
                self.next();
                return Some(self);
            }
            self.next();
        }
    }

    /// Whether these keywords stand next to each other somewhere.
    pub fn contain(mut self, keywords: &str) -> bool {
        while self.peek().is_some() {
            if self.accept(keywords) {
                return true;
            }
            self.next();
        }
        false
    }

    /// The parts between commas that stand in no parentheses.
    pub fn clauses(mut self) -> Vec<&'a str> {
        let (mut clauses, mut start, mut depth) = (Vec::new(), self.rest, 0_i32);
        while let Some(token) = self.peek() {
            let before = self.rest;
            self.next();
            match token {
                "(" | "[" => depth += 1,
                ")" | "]" => depth -= 1,
                "," if depth == 0 => {
                    clauses.push(start[..start.len() - before.len()].trim_end());
                    start = self.rest;
                }
                _ => {}
            }
        }
        clauses.push(start.trim_end());
        clauses
    }
}

/// Whether a statement may write rows, and so take long; of a block of code one cannot know.
pub fn writes_rows(sql: &str) -> bool {
    ["UPDATE", "INSERT", "DELETE", "MERGE", "WITH", "DO"].iter().any(|it| Words::new(sql).accept(it))
}

/// `sql` without a keyword, where that stands outside of names and literals.
pub fn without(sql: &str, keyword: &str) -> String {
    let (mut words, mut kept) = (Words::new(sql), String::new());
    while let Some(token) = words.peek() {
        let before = words.rest;
        words.next();
        if !token.eq_ignore_ascii_case(keyword) {
            kept.push_str(&before[..before.len() - words.rest.len()]);
        }
    }
    kept.trim_end().to_owned()
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let token = self.peek()?;
        self.rest = self.rest[token.len()..].trim_start();
        Some(token)
    }
}

/// The length in bytes of the token that `text`, which is not empty, starts with.
fn token_length(text: &str) -> usize {
    let is_word = |it: char| it.is_alphanumeric() || it == '_' || it == '$';
    let Some(first) = text.chars().next() else { return 0 };
    if text.starts_with("E'") || text.starts_with("e'") {
        return 1 + quoted_length(&text[1..], '\'', true);
    }
    match first {
        '"' | '\'' => quoted_length(text, first, false),
        '$' => dollar_length(text),
        _ if is_word(first) => text.find(|it| !is_word(it)).unwrap_or(text.len()),
        _ => first.len_utf8(),
    }
}

fn quoted_length(text: &str, quote: char, backslashes: bool) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if backslashes && character == '\\' {
            characters.next();
        } else if character == quote && characters.next_if(|(_, it)| *it == quote).is_none() {
            return at + quote.len_utf8();
        }
    }
    text.len()
}

fn dollar_length(text: &str) -> usize {
    let Some(end) = text[1..].find('$').map(|it| it + 2) else { return 1 };
    let tag = &text[..end];
    if !tag[1..end - 1].chars().all(|it| it.is_alphanumeric() || it == '_') {
        return 1;
    }
    text[end..].find(tag).map_or(text.len(), |it| end + it + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_bodies_are_one_token() {
        let words = Words::new("CREATE x.\"a\"\" , b\" AS $f$ DROP, 'x $f$, E'it\\'s' 'a''b' c");
        let tokens: Vec<&str> = words.collect();
        assert_eq!(tokens, ["CREATE", "x", ".", "\"a\"\" , b\"", "AS", "$f$ DROP, 'x $f$", ",", "E'it\\'s'", "'a''b'", "c"]);
    }

    #[test]
    fn clauses_are_split_outside_of_parentheses_and_literals() {
        let words = Words::new("ADD COLUMN a numeric(10, 2) DEFAULT 'x, y', DROP COLUMN \"b, c\"");
        assert_eq!(words.clauses(), ["ADD COLUMN a numeric(10, 2) DEFAULT 'x, y'", "DROP COLUMN \"b, c\""]);
    }

    #[test]
    fn a_keyword_is_taken_out_and_a_name_left() {
        assert_eq!(
            without("CREATE INDEX CONCURRENTLY i ON \"CONCURRENTLY\" (a)", "concurrently"),
            "CREATE INDEX i ON \"CONCURRENTLY\" (a)"
        );
        assert_eq!(without("ALTER TABLE a DETACH PARTITION b CONCURRENTLY", "CONCURRENTLY"), "ALTER TABLE a DETACH PARTITION b");
    }

    #[test]
    fn a_keyword_inside_a_name_is_not_found() {
        assert!(Words::new("a NOT  NULL").contain("not null"));
        assert!(!Words::new("\"NOT NULL\" text 'NOT NULL'").contain("not null"));
    }
}
