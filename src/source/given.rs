//! What the folder stands on without declaring it: objects that are left alone, as statements beside the folder's own.

use std::collections::BTreeSet;

use super::file::Reader;
use super::names::Name;
use super::{Source, Statement, deeply};
use crate::error::{Place, Result};

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
    words.flat_map(|it| [it.to_owned(), it.to_lowercase()])
}

/// What a statement makes, by full name.
fn made(statement: &Statement) -> impl Iterator<Item = Name> {
    let first = statement.settings.path().first().cloned();
    statement.names.creates.iter().map(move |it| Name { schema: it.schema.clone().or_else(|| first.clone()), ..it.clone() })
}
