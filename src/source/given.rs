//! What the folder stands on without declaring it: objects that are left alone, as statements beside the folder's own.

use std::collections::BTreeSet;

use super::file::Reader;
use super::lexer::{Kind, Lexer};
use super::names::Name;
use super::{Source, Statement, deeply};
use crate::error::{Place, Result};
use crate::sql;

impl Source {
    /// The source with statements that make what others look after. What the folder makes itself is not made twice.
    pub(crate) fn given(&self, statements: &[String]) -> Result<Source> {
        let mut source = self.clone();
        if statements.is_empty() {
            return Ok(source);
        }
        let read = deeply(|| {
            let mut reader = Reader::new(std::path::Path::new(""), &[]);
            for sql in statements {
                let place = Place { file: "the database".to_owned(), line: 1, column: 1, text: String::new() };
                reader.statement(sql, place)?;
            }
            Ok(reader.source)
        })?;
        let declared: BTreeSet<Name> = self.statements.iter().flat_map(made).collect();
        let is_new = |it: &Statement| !made(it).any(|it| declared.contains(&it));
        let file = self.statements.iter().map(|it| it.file).max().unwrap_or(0) + 1;
        let given = read.statements.into_iter().filter(is_new);
        source.statements.extend(given.map(|it| Statement { file, has_body: false, is_given: true, ..it }));
        Ok(source)
    }

    /// All words in it.
    pub(crate) fn words(&self) -> BTreeSet<String> {
        self.statements.iter().flat_map(|it| words(&it.sql)).collect()
    }
}

/// The words of a text that could be names, in strings and bodies too.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|it: char| !it.is_alphanumeric() && it != '_' && it != '$').filter(|it| !it.is_empty());
    let words = words.flat_map(|it| [it.to_owned(), it.to_lowercase()]);
    words.chain(quoted(text)).map(|it| it[..it.floor_char_boundary(sql::LONGEST)].to_owned())
}

/// The quoted names of a text, which may hold anything.
fn quoted(text: &str) -> Vec<String> {
    let names = |token: super::lexer::Token| match (token.kind, &text[token.range]) {
        (Kind::Name, it) => vec![it.trim_start_matches("U&").trim_matches('"').replace("\"\"", "\"")],
        (Kind::Text, it) => quoted(it.trim_matches(|it| it == '\'' || it == '$')),
        _ => Vec::new(),
    };
    Lexer::new(text).flat_map(names).collect()
}

/// What a statement makes, by full name.
fn made(statement: &Statement) -> impl Iterator<Item = Name> {
    let first = statement.settings.path().first().cloned();
    statement.names.creates.iter().map(move |it| Name { schema: it.schema.clone().or_else(|| first.clone()), ..it.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_also_what_stands_in_quotes_in_strings_and_in_bodies() {
        let words: BTreeSet<String> =
            words("COMMENT ON TABLE \"My \"\"x\"\" 1\" IS 'of \"N 2\"'; DO $do$ BEGIN SELECT \"in it\"; END $do$").collect();
        for it in ["comment", "My \"x\" 1", "N 2", "in it"] {
            assert!(words.contains(it), "{it} is not in {words:?}");
        }
    }
}
