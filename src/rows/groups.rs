//! Columns whose values depend on each other, and the queries that find values that go together.
//!
//! Constraints over several columns and foreign keys tie columns into a group. A query joins the candidates of a group's columns
//! with the keys of referenced rows, and the server keeps what the constraints let through. Each candidate has been found to be
//! of its type before, so only the constraints themselves can raise an error; then the query runs without them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::rows::insert::{Mode, Reference};
use crate::rows::literals::Literals;
use crate::rows::tables::{Check, Table};
use crate::sql;

/// How many combinations of candidates are tried for a group of several.
const COMBINATIONS: f64 = 4_000.0;

/// What the values of a group come from.
#[derive(Debug, Default)]
struct Joined {
    /// Sub-queries.
    from: Vec<String>,
    /// The place of a value in its source, for each of them, and whether its values are used once only.
    orders: Vec<(String, bool)>,
    conditions: Vec<String>,
    /// For each column the source that gives it.
    provider: BTreeMap<String, String>,
}

impl Joined {
    /// Where there are several, how far into each: most of those that are unique, and of the others as many as are left. Of a
    /// crowd only the first are combined; the rest go along with them.
    fn limits(&self) -> Vec<String> {
        #[expect(clippy::cast_precision_loss, reason = "a group has few columns")]
        let each = |combinations: f64, count: usize| combinations.powf(1.0 / count.max(1) as f64).floor();
        if self.orders.len() < 2 {
            return Vec::new();
        }
        let (unique, others): (Vec<_>, Vec<_>) = self.orders.iter().partition(|it| it.1);
        let mut left = COMBINATIONS;
        let (mut limits, mut free, mut tied) = (Vec::new(), Vec::new(), Vec::new());
        for (list, most) in [(unique, 130.0), (others, COMBINATIONS)] {
            // Below three of each, nothing is left to combine.
            let count = (1..=list.len()).rev().find(|it| each(left, *it) >= 3.0).unwrap_or(0);
            let limit = each(left, count).min(most);
            let (first, rest) = list.split_at(count);
            limits.extend(first.iter().map(|it| format!("{} <= {limit}", it.0)));
            left /= limit.powi(i32::try_from(count).unwrap_or(0));
            free.extend(first.iter().map(|it| it.0.as_str()));
            tied.extend(rest.iter().map(|it| it.0.as_str()));
        }
        // One of the first three, as if by chance, but the same on every run.
        let seed = free.iter().fold("0".to_owned(), |seed, it| format!("({seed}) * 131 + {it}"));
        limits.extend(tied.iter().zip(1..).map(|(it, number)| format!("{it} = 1 + abs(hashint8({seed} + {number} * 7919) % 3)")));
        limits
    }
}

/// A table's columns in groups, with its checks.
#[derive(Debug)]
pub(super) struct Groups<'a> {
    table: &'a Table,
    references: &'a [Reference<'a>],
    checks: Vec<Check>,
    /// For each column that is written, which group it is in.
    group: BTreeMap<&'a str, usize>,
    /// The number of each column that is written.
    number: BTreeMap<&'a str, usize>,
}

impl<'a> Groups<'a> {
    pub(super) fn new(table: &'a Table, references: &'a [Reference<'a>]) -> Groups<'a> {
        let names: Vec<&str> = table.writable().map(|it| it.name.as_str()).collect();
        let number: BTreeMap<&str, usize> = names.iter().enumerate().map(|(at, it)| (*it, at)).collect();
        let mut groups = Groups { table, references, checks: table.checks.clone(), group: number.clone(), number };
        if let Some(bounds) = &table.bounds {
            let mentioned = Literals::of([bounds.as_str()]).names;
            let columns = table.columns.iter().map(|it| &it.name).filter(|it| mentioned.contains(*it)).cloned().collect();
            groups.checks.push(Check { name: "its partition's bounds".to_owned(), expression: bounds.clone(), columns });
        }
        for check in groups.checks.clone() {
            groups.unite(&groups.written(&check.columns));
        }
        for reference in references {
            let key = reference.key;
            let own = if reference.mode == Mode::Itself {
                [key.columns.as_slice(), &key.referenced].concat()
            } else {
                key.columns.clone()
            };
            groups.unite(&groups.written(&own));
        }
        groups
    }

    /// The written columns among these, and those that the computed ones are computed from.
    fn written(&self, columns: &[String]) -> BTreeSet<&'a str> {
        let mut written = BTreeSet::new();
        for column in columns.iter().filter_map(|it| self.table.column(it)) {
            match &column.generated {
                Some(expression) => {
                    let names = Literals::of([expression.as_str()]).names;
                    written.extend(self.number.keys().filter(|it| names.contains(**it)));
                }
                None => written.extend(self.number.get_key_value(column.name.as_str()).map(|it| *it.0)),
            }
        }
        written
    }

    /// A name that no column has.
    fn hidden(&self, kind: &str, number: usize) -> String {
        let marks = self.table.columns.iter().map(|it| it.name.chars().take_while(|it| *it == '~').count()).max().unwrap_or(0);
        sql::name(&format!("{}{kind}{number}", "~".repeat(marks + 1)))
    }

    fn unite(&mut self, columns: &BTreeSet<&str>) {
        let members: BTreeSet<usize> = columns.iter().map(|it| self.group[it]).collect();
        if let Some(first) = members.first().copied() {
            self.group.values_mut().filter(|it| members.contains(it)).for_each(|it| *it = first);
        }
    }

    /// Each group: its columns in the order of its tuples.
    pub(super) fn columns(&self) -> Vec<Vec<&'a str>> {
        let mut groups: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for column in self.table.writable() {
            groups.entry(self.group[column.name.as_str()]).or_default().push(&column.name);
        }
        groups.into_values().collect()
    }

    /// What inserting needs of one group: its query with and without the checks, or the list that it is; its sources, and the checks'
    /// names. `lists` are the numbers of the lists that columns take their values from.
    pub(super) fn group(&self, columns: &[&str], lists: &BTreeMap<String, usize>) -> Value {
        let members: BTreeSet<&str> = columns.iter().copied().collect();
        let checks: Vec<&Check> = self.checks.iter().filter(|it| self.belongs(it, &members)).collect();
        let names: Vec<String> = checks.iter().map(|it| sql::name(&it.name)).collect();
        let sources = self.sources(columns);
        // Nothing to join and nothing to check: the source as it is.
        let plain = checks.is_empty() && sources.len() == 1 && sources.values().all(|it| it.iter().copied().eq(0..columns.len()));
        json!({
            "query": (!plain).then(|| self.query(columns, &checks)),
            "unchecked": (!plain).then(|| self.query(columns, &[])),
            "of": sources.keys().next().filter(|_| plain).and_then(|it| lists.get(it)),
            "sources": sources,
            "refused": format!("CHECK {} refused every candidate", names.join(", ")),
        })
    }

    fn belongs(&self, check: &Check, members: &BTreeSet<&str>) -> bool {
        let written = self.written(&check.columns);
        !written.is_empty() && written.iter().all(|it| members.contains(it))
    }

    /// The references of a group that give values, by number.
    fn giving(&self, members: &BTreeSet<&str>) -> Vec<(usize, &'a Reference<'a>)> {
        let all = self.references.iter().enumerate();
        all.filter(|(_, it)| it.mode != Mode::Itself && it.key.columns.iter().all(|it| members.contains(it.as_str()))).collect()
    }

    /// Columns that repeat another one of their row: that, and whether they may be null instead, by a reference of its own table.
    fn copies(&self, members: &BTreeSet<&str>) -> BTreeMap<&'a str, (&'a str, bool)> {
        let mut copies: BTreeMap<&str, (&str, bool)> = BTreeMap::new();
        for reference in self.references.iter().filter(|it| it.mode == Mode::Itself) {
            let pairs: Vec<(&str, &str)> =
                reference.key.columns.iter().zip(&reference.key.referenced).map(|(it, of)| (it.as_str(), of.as_str())).collect();
            for (column, of) in pairs.into_iter().filter(|(column, of)| column != of && members.contains(of)) {
                let known = copies.contains_key(of) || copies.contains_key(column) || copies.values().any(|it| it.0 == column);
                if members.contains(column) && self.number.contains_key(of) && !known {
                    let nullable = self.table.column(column).is_some_and(|it| !it.not_null) && reference.may_be_null(self.table);
                    copies.insert(column, (of, nullable));
                }
            }
        }
        copies
    }

    /// The sources of a group, with the places of their values in its tuples.
    fn sources(&self, columns: &[&str]) -> BTreeMap<String, Vec<usize>> {
        let members: BTreeSet<&str> = columns.iter().copied().collect();
        let (giving, copies) = (self.giving(&members), self.copies(&members));
        let given =
            |name: &str| giving.iter().any(|(_, it)| it.key.columns.iter().any(|it| it == name)) || copies.contains_key(name);
        let place = |name: &str| columns.iter().position(|it| *it == name);
        let plain = columns.iter().enumerate().filter(|(_, it)| !given(it));
        let plain = plain.map(|(place, it)| (format!("c{}", self.number[it]), vec![place]));
        let keys =
            giving.iter().map(|(number, it)| (format!("f{number}"), it.key.columns.iter().filter_map(|it| place(it)).collect()));
        plain.chain(keys).collect()
    }

    fn query(&self, columns: &[&str], checks: &[&Check]) -> String {
        let members: BTreeSet<&str> = columns.iter().copied().collect();
        let copies = self.copies(&members);
        let mut joined = Joined::default();
        for (number, reference) in self.giving(&members) {
            self.join_keys(number, reference, &mut joined);
        }
        for column in columns.iter().filter(|it| !copies.contains_key(**it)) {
            if !joined.provider.contains_key(*column) {
                let number = self.number[column];
                joined.provider.insert((*column).to_owned(), format!("c{number}"));
                joined.from.push(self.candidates(column, checks));
                joined.orders.push((format!("c{number}.{}", self.hidden("o", number)), self.is_unique(column)));
            }
        }
        // Every second row refers to itself, where it may as well be null.
        let orders: Vec<&str> = joined.orders.iter().map(|it| it.0.as_str()).collect();
        let every_second = format!("({}) % 2 = 0", orders.join(" + "));
        let mut list: Vec<String> = Vec::new();
        for column in columns {
            let (of, cast, nullable) = match copies.get(column) {
                Some((of, nullable)) => (*of, format!("::{}", self.type_name(column)), *nullable),
                None => (*column, String::new(), false),
            };
            let Some(alias) = joined.provider.get(of) else { continue };
            let (value, raw) =
                (format!("{alias}.{}{cast}", sql::name(of)), format!("{alias}.{}", self.hidden("v", self.number[of])));
            let when = |it: String| if nullable { format!("CASE WHEN {every_second} THEN {it} END") } else { it };
            list.push(format!("{} AS {}", when(value), sql::name(column)));
            list.push(format!("{} AS {}", when(raw), self.hidden("v", self.number[column])));
        }
        self.combined(columns, checks, &joined, &list)
    }

    /// Adds the keys of a reference; a column that another one has given already must be the same in both.
    fn join_keys(&self, number: usize, reference: &Reference<'_>, joined: &mut Joined) {
        let alias = format!("f{number}");
        let mut list = Vec::new();
        for (place, column) in reference.key.columns.iter().enumerate() {
            let (name, at) = (sql::name(column), self.number[column.as_str()]);
            list.push(format!(
                "(v ->> {place})::{} AS {name}, v ->> {place} AS {}",
                self.type_name(column),
                self.hidden("v", at)
            ));
            match joined.provider.get(column) {
                Some(other) => joined.conditions.push(format!("{alias}.{name} IS NOT DISTINCT FROM {other}.{name}")),
                None => drop(joined.provider.insert(column.clone(), alias.clone())),
            }
        }
        let order = self.hidden("f", number);
        joined.from.push(format!(
            "(SELECT {}, o AS {order} FROM jsonb_array_elements($1 -> '{alias}') WITH ORDINALITY AS e(v, o)) AS {alias}",
            list.join(", ")
        ));
        joined.orders.push((format!("{alias}.{order}"), reference.key.columns.iter().any(|it| self.is_unique(it))));
    }

    fn is_unique(&self, column: &str) -> bool {
        self.table.column(column).is_some_and(|it| it.unique)
    }

    /// The candidates of one column that its own checks let through.
    fn candidates(&self, column: &str, checks: &[&Check]) -> String {
        let (name, number) = (sql::name(column), self.number[column]);
        let (value, order, type_name) = (self.hidden("v", number), self.hidden("o", number), self.type_name(column));
        let own = checks.iter().filter(|it| it.columns.len() == 1 && it.columns[0] == column);
        let own: Vec<String> = own.map(|it| format!("({}) IS NOT FALSE", it.expression)).collect();
        let filter = if own.is_empty() { String::new() } else { format!(" WHERE {}", own.join(" AND ")) };
        format!(
            "(SELECT {name}, {value}, row_number() OVER (ORDER BY {order}) AS {order} FROM (SELECT v::{type_name} AS {name}, v AS {value}, \
             o AS {order} FROM jsonb_array_elements_text($1 -> 'c{number}') WITH ORDINALITY AS e(v, o)) AS {table}{filter}) AS c{number}",
            table = sql::name(&self.table.name),
        )
    }

    /// The sources joined, checked, and so ordered that each value of each source comes early.
    fn combined(&self, columns: &[&str], checks: &[&Check], joined: &Joined, list: &[String]) -> String {
        let table = sql::name(&self.table.name);
        let several = joined.orders.len() > 1;
        let conditions = [joined.conditions.as_slice(), &joined.limits()].concat();
        let (from, orders) = (&joined.from, &joined.orders);
        let places: Vec<String> = (0..orders.len()).map(|it| self.hidden("p", it)).collect();
        let list = list.iter().cloned().chain(orders.iter().zip(&places).map(|((it, _), place)| format!("{it} AS {place}")));
        let list = list.collect::<Vec<_>>().join(", ");
        let filter = |it: &[String]| if it.is_empty() { String::new() } else { format!(" WHERE {}", it.join(" AND ")) };
        let joined = format!("SELECT {list} FROM {}{}", from.join(" CROSS JOIN "), filter(&conditions));
        let members: BTreeSet<&str> = columns.iter().copied().collect();
        let computed = self.table.columns.iter().filter(|it| it.generated.is_some());
        let computed: Vec<String> = computed
            .filter(|it| self.written(std::slice::from_ref(&it.name)).iter().all(|it| members.contains(it)))
            .filter(|it| checks.iter().any(|check| check.columns.contains(&it.name)))
            .map(|it| format!(", ({})::{} AS {}", it.generated.as_deref().unwrap_or("NULL"), it.type_name, sql::name(&it.name)))
            .collect();
        let checks: Vec<String> = checks.iter().map(|it| format!("({}) IS NOT FALSE", it.expression)).collect();
        let checked = format!(
            "SELECT {table}.* FROM (SELECT {table}.*{} FROM ({joined}) AS {table}) AS {table}{}",
            computed.concat(),
            filter(&checks)
        );
        let tuple: Vec<String> = columns.iter().map(|it| self.hidden("v", self.number[it])).collect();
        let tuple = format!("to_jsonb(ARRAY[{}]::text[])", tuple.join(", "));
        let ordered = if several {
            let turn = format!("md5(concat_ws(',', {}))", places.join(", "));
            let ranks: Vec<String> =
                places.iter().map(|it| format!("row_number() OVER (PARTITION BY {it} ORDER BY {turn})")).collect();
            format!("SELECT {tuple} AS tuple, least({}) AS place, {turn} AS turn FROM ({checked}) AS checked", ranks.join(", "))
        } else {
            format!("SELECT {tuple} AS tuple, {} AS place, '' AS turn FROM ({checked}) AS checked", places[0])
        };
        format!(
            "SELECT coalesce(jsonb_agg(tuple ORDER BY place, turn), '[]') FROM (SELECT * FROM ({ordered}) AS ordered ORDER BY place, turn \
             LIMIT 300) AS kept"
        )
    }

    fn type_name(&self, column: &str) -> &'a str {
        self.table.column(column).map_or("text", |it| it.type_name.as_str())
    }
}
