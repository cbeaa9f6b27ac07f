//! Candidates for the values of a column: what its constraints mention, the edges of its type, and enough that differ.

use std::collections::{BTreeMap, BTreeSet};

use crate::rows::literals::Literals;
use crate::rows::tables::{Table, Tables, Type};
use crate::rows::{nested, scalars};

/// How many values differ, so that unique columns have enough of them.
pub(super) const SERIES: usize = 120;

/// How many of the values made of a constraint's literals are tried.
const DERIVED: usize = 160;

/// How many of those come before the edges.
const FIRST: usize = 40;

/// Candidates in their textual form; the type's input function takes or refuses each.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    /// Made of the literals of constraints.
    pub(super) derived: Vec<String>,
    /// The edges of the type.
    pub(super) edges: Vec<String>,
    /// All different, and ascending where that matters.
    pub(super) series: Vec<String>,
    /// Whether the edges overlap the others, as unbounded ranges do: they come last then, for exclusion constraints.
    pub(super) edges_last: bool,
}

impl Values {
    /// All of them, those first that matter most where only a few can be tried.
    fn list(self) -> Vec<String> {
        let mut list = self.derived;
        list.truncate(DERIVED);
        let more = list.split_off(list.len().min(FIRST));
        let head = if self.edges_last { self.series.len() } else { self.series.len().min(3) };
        let (first, rest) = self.series.split_at(head);
        list.extend_from_slice(first);
        list.extend(self.edges);
        list.extend(more);
        list.extend_from_slice(rest);
        list
    }
}

/// The candidates for each column that is written; `None` is null.
pub(super) fn candidates(table: &Table, tables: &Tables) -> BTreeMap<String, Vec<Option<String>>> {
    let types = tables.types();
    let bounds = table.bounds.as_deref().map(without_numbers);
    let expressions =
        || table.checks.iter().map(|it| (&it.expression, Some(&it.columns))).chain(bounds.iter().map(|it| (it, None)));
    let mut candidates = BTreeMap::new();
    for column in table.writable() {
        let about = expressions().filter(|(expression, columns)| match columns {
            Some(columns) => columns.contains(&column.name) || generated_from(table, columns, &column.name),
            None => Literals::of([expression.as_str()]).names.contains(&column.name),
        });
        let literals = Literals::of(about.map(|(it, _)| it.as_str()));
        let all = of_type(&types, column.type_id, column.modifier, &literals).list();
        let mut known = BTreeSet::new();
        let fresh = all.into_iter().filter(|it| (tables.unicode || it.is_ascii()) && known.insert(it.clone()));
        let mut list: Vec<Option<String>> = fresh.map(Some).collect();
        if !column.not_null {
            list.insert(list.len().min(1), None);
        }
        candidates.insert(column.name.clone(), list);
    }
    candidates
}

/// A partition's bound without what a hash partition's says in numbers that are no values: the partitioned table's OID, which is
/// another each time, modulus and remainder.
fn without_numbers(bound: &str) -> String {
    const HASH: &str = "satisfies_hash_partition(";
    let mut parts = bound.split(HASH);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| format!("{text}{HASH}{}", part.splitn(4, ", ").nth(3).unwrap_or_default()))
}

/// Whether one of `columns` is computed from `name`.
fn generated_from(table: &Table, columns: &[String], name: &str) -> bool {
    let computed = columns.iter().filter_map(|it| table.column(it)?.generated.as_deref());
    Literals::of(computed).names.contains(name)
}

/// The candidates for a type.
pub(super) fn of_type(types: &BTreeMap<i64, &Type>, id: i64, modifier: i32, literals: &Literals) -> Values {
    let Some(it) = types.get(&id) else { return scalars::unknown() };
    if let Some(base) = it.base {
        let mut all = literals.clone();
        let own = Literals::of(it.checks.iter().map(String::as_str));
        all.texts.extend(own.texts);
        all.numbers.extend(own.numbers);
        all.patterns.extend(own.patterns);
        all.likes.extend(own.likes);
        all.names.extend(own.names);
        return of_type(types, base, it.modifier, &all);
    }
    if !it.labels.is_empty() {
        return Values { edges: it.labels.clone(), ..Values::default() };
    }
    if let Some(element) = it.element {
        let delimiter = if it.name == "_box" { ';' } else { ',' };
        return nested::array(&of_type(types, element, modifier, literals), delimiter, literals);
    }
    if let Some(subtype) = it.range {
        return nested::range(of_type(types, subtype, -1, literals));
    }
    if let Some(range) = it.multirange {
        return nested::multirange(&of_type(types, range, -1, literals));
    }
    if it.kind == "c" {
        let fields = it.attributes.iter().map(|(id, modifier)| of_type(types, *id, *modifier, literals).list());
        return nested::row(&fields.collect::<Vec<_>>());
    }
    scalars::scalar(&it.name, modifier, literals, it.builtin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_table_is_no_value() {
        let bound = "(at > 7) AND satisfies_hash_partition('16437'::oid, 8, 0, id, lower(note))";
        assert_eq!(without_numbers(bound), "(at > 7) AND satisfies_hash_partition(id, lower(note))");
        assert_eq!(without_numbers("((at IS NOT NULL) AND (at < 10))"), "((at IS NOT NULL) AND (at < 10))");
    }
}
