//! What became of rows and of the values in each column.

use std::collections::{BTreeMap, BTreeSet};

use crate::rows::Relation;
use crate::rows::read::{Contents, Table};

/// Above this many comparisons, rows without a partner are paired as they come.
const COMPARISONS: usize = 1_000_000;

/// What became of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableVerdict {
    /// It is there no more, and so many rows with it.
    Gone {
        /// How many it had.
        rows: usize,
    },
    /// It was not there before.
    New,
    /// It was there and is there.
    Kept {
        /// Each column, those that are new last.
        columns: Vec<ColumnVerdict>,
        /// Rows that are there no more.
        lost: usize,
        /// Rows that were not there before.
        added: usize,
    },
}

/// What became of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnVerdict {
    /// Its name.
    pub column: String,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of the values of a column, in the rows that are on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// All are the same, if perhaps in another type.
    Unchanged,
    /// Some are others.
    Changed {
        /// How many.
        changed: usize,
        /// Of how many.
        of: usize,
        /// One of them.
        example: Example,
    },
    /// The column is there no more.
    Gone,
    /// The column was not there before.
    New,
}

/// A value that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The row, by its key: `id = 1`.
    pub key: Option<String>,
    /// As text; `None` is null.
    pub old: Option<String>,
    /// As text; `None` is null.
    pub new: Option<String>,
}

/// What became of each table and column.
pub fn compare(before: &Contents, after: &Contents) -> BTreeMap<Relation, TableVerdict> {
    let relations: BTreeSet<&Relation> = before.tables.keys().chain(after.tables.keys()).collect();
    let verdict = |relation: &Relation| match (before.tables.get(relation), after.tables.get(relation)) {
        (Some(before), Some(after)) => kept(&Both::new(before, after)),
        (Some(before), None) => TableVerdict::Gone { rows: before.rows.len() },
        _ => TableVerdict::New,
    };
    relations.into_iter().map(|it| (it.clone(), verdict(it))).collect()
}

/// A table on both sides.
struct Both<'a> {
    before: &'a Table,
    after: &'a Table,
    /// The columns on both sides: name, and number before and after.
    common: Vec<(&'a str, usize, usize)>,
}

impl<'a> Both<'a> {
    fn new(before: &'a Table, after: &'a Table) -> Both<'a> {
        let number = |name: &str| after.columns.iter().position(|it| it.name == name);
        let columns = before.columns.iter().enumerate();
        let common = columns.filter_map(|(old, it)| Some((it.name.as_str(), old, number(&it.name)?))).collect();
        Both { before, after, common }
    }

    fn old(&self, row: usize, column: usize) -> Option<&'a str> {
        self.before.rows[row][self.common[column].1].as_deref()
    }

    fn new_text(&self, row: usize, column: usize) -> Option<&'a str> {
        self.after.rows[row][self.common[column].2].as_deref()
    }

    /// The value after, in the type before where it is the same there.
    fn new_as_old(&self, row: usize, column: usize) -> Option<&'a str> {
        let as_before = self.after.as_before.get(self.common[column].0);
        as_before.and_then(|it| it[row].as_deref()).or_else(|| self.new_text(row, column))
    }

    fn same(&self, (old, new): (usize, usize), column: usize) -> bool {
        let value = self.old(old, column);
        value == self.new_text(new, column) || value == self.new_as_old(new, column)
    }

    /// The numbers of the key's columns, where a key of either side is on both.
    fn key(&self) -> Option<Vec<usize>> {
        let numbers = |key: &[String]| -> Option<Vec<usize>> {
            key.iter()
                .map(|name| self.common.iter().position(|it| it.0 == name))
                .collect::<Option<Vec<_>>>()
                .filter(|it| !it.is_empty())
        };
        numbers(&self.before.key).or_else(|| numbers(&self.after.key))
    }

    /// Pairs of rows with the same values in `columns`, taken out of those that have no partner yet.
    fn pair(&self, columns: &[usize], old: &mut Vec<usize>, new: &mut Vec<usize>) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for in_old_type in [true, false] {
            let value = |row, column| if in_old_type { self.new_as_old(row, column) } else { self.new_text(row, column) };
            let mut index: BTreeMap<Vec<Option<&str>>, Vec<usize>> = BTreeMap::new();
            for row in new.iter().rev() {
                index.entry(columns.iter().map(|it| value(*row, *it)).collect()).or_default().push(*row);
            }
            old.retain(|row| {
                let values: Vec<_> = columns.iter().map(|it| self.old(*row, *it)).collect();
                let partner = index.get_mut(&values).and_then(Vec::pop);
                pairs.extend(partner.map(|it| (*row, it)));
                partner.is_none()
            });
            let taken: BTreeSet<usize> = pairs.iter().map(|it| it.1).collect();
            new.retain(|it| !taken.contains(it));
        }
        pairs
    }

    /// Pairs of rows that are not the same but most alike.
    fn likely(&self, old: &mut Vec<usize>, new: &mut Vec<usize>) -> Vec<(usize, usize)> {
        let many = old.len() * new.len() * self.common.len() > COMPARISONS;
        let mut pairs = Vec::new();
        old.retain(|row| {
            let alike = |it: &usize| (0..self.common.len()).filter(|column| self.same((*row, *it), *column)).count();
            // The first of those most alike: `max_by_key` gives the last.
            let best = if many { 0 } else { (0..new.len()).rev().max_by_key(|it| alike(&new[*it])).unwrap_or(0) };
            if best < new.len() {
                pairs.push((*row, new.remove(best)));
                return false;
            }
            true
        });
        pairs
    }
}

fn kept(both: &Both<'_>) -> TableVerdict {
    let mut old: Vec<usize> = (0..both.before.rows.len()).collect();
    let mut new: Vec<usize> = (0..both.after.rows.len()).collect();
    let all: Vec<usize> = (0..both.common.len()).collect();
    let key = both.key();
    let mut pairs = key.as_ref().map(|key| both.pair(key, &mut old, &mut new)).unwrap_or_default();
    // Without a key, or where keys changed too: rows that are the same, then rows that are alike.
    if !old.is_empty() && !new.is_empty() {
        pairs.extend(both.pair(&all, &mut old, &mut new));
        pairs.extend(both.likely(&mut old, &mut new));
    }
    let mut columns = Vec::new();
    for it in &both.before.columns {
        let verdict = match all.iter().find(|column| both.common[**column].0 == it.name) {
            Some(column) => changed(both, &pairs, *column, key.as_deref()),
            None => Verdict::Gone,
        };
        columns.push(ColumnVerdict { column: it.name.clone(), verdict });
    }
    let known: BTreeSet<&str> = both.common.iter().map(|it| it.0).collect();
    let fresh = both.after.columns.iter().filter(|it| !known.contains(it.name.as_str()));
    columns.extend(fresh.map(|it| ColumnVerdict { column: it.name.clone(), verdict: Verdict::New }));
    TableVerdict::Kept { columns, lost: old.len(), added: new.len() }
}

fn changed(both: &Both<'_>, pairs: &[(usize, usize)], column: usize, key: Option<&[usize]>) -> Verdict {
    let mut changed = pairs.iter().filter(|it| !both.same(**it, column));
    let Some((old, new)) = changed.next().copied() else { return Verdict::Unchanged };
    let name = |it: &usize| format!("{} = {}", both.common[*it].0, both.old(old, *it).unwrap_or("NULL"));
    let example = Example {
        key: key.map(|it| it.iter().map(name).collect::<Vec<_>>().join(", ")),
        old: both.old(old, column).map(str::to_owned),
        new: both.new_text(new, column).map(str::to_owned),
    };
    Verdict::Changed { changed: 1 + changed.count(), of: pairs.len(), example }
}
