//! The rounds in which constraints come to a large table while others read and write.

use super::Sql;
use crate::shape::Words;

/// One of them. In this order those of several constraints may be done together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Round {
    /// It holds for new rows.
    Adds,
    /// The rows that are there are read.
    Validates,
    /// A column is marked as NOT NULL, which a constraint shows by now.
    Marks,
    /// What stood in for another goes, or one that has a successor.
    Drops,
    /// The successor takes its name: each in a statement of its own (manual, ALTER TABLE).
    Renames,
}

impl Sql {
    /// That of a clause about a CHECK or a NOT NULL. A foreign key locks another table too, and comes by itself.
    pub fn round(&self) -> Option<Round> {
        let Sql::Clause { clause, .. } = self else { return None };
        let (mut words, last) = (Words::new(clause), Words::new(clause).clauses().pop()?);
        if words.accept("VALIDATE CONSTRAINT") {
            return Some(Round::Validates);
        }
        if words.accept("RENAME CONSTRAINT") {
            return Some(Round::Renames);
        }
        if words.accept("ALTER COLUMN") {
            words.path();
            return words.accept("SET NOT NULL").then_some(Round::Marks);
        }
        let mut added = Words::new(last);
        if added.accept("ADD CONSTRAINT") {
            added.path();
            let is_of_rows = added.accept("CHECK") || added.accept("NOT NULL");
            return (is_of_rows && last.ends_with(" NOT VALID")).then_some(Round::Adds);
        }
        words.accept("DROP CONSTRAINT").then_some(Round::Drops)
    }
}
