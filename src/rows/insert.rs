//! What `seed.sql` inserts: for each table, after those it references, the candidates, the queries and the statement.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::rows::Relation;
use crate::rows::groups::Groups;
use crate::rows::tables::{ForeignKey, Table, Tables};
use crate::rows::values;
use crate::sql;

/// How many rows a table is to have.
const WANTED: usize = 100;

/// How many rows a partition has at least, where there are many.
const LEAST: usize = 10;

/// A row that this transaction inserted.
const OURS: &str = "pg_catalog.age(t.xmin) <= pg_catalog.age(pg_catalog.pg_current_xact_id()::xid)";

/// Where the values of a foreign key come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// The rows it refers to are there.
    Rows,
    /// Each row refers to itself.
    Itself,
    /// Null first; set when the rows it refers to are there.
    NullFirst,
    /// What the other table will probably get: a cycle that cannot be null. Rows whose guess was wrong go again.
    Guess,
}

/// A foreign key with how it is satisfied.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reference<'a> {
    pub(super) key: &'a ForeignKey,
    pub(super) to: &'a Table,
    pub(super) mode: Mode,
}

impl Reference<'_> {
    /// Whether a row may refer to nothing.
    pub(super) fn may_be_null(&self, table: &Table) -> bool {
        let mut nullable = self.key.columns.iter().filter_map(|it| table.column(it)).map(|it| !it.not_null);
        if self.key.full { nullable.all(|it| it) } else { nullable.any(|it| it) }
    }
}

/// All that is to be done, as `seed.sql` reads it; the tables `filled` have their rows.
pub(super) fn work(tables: &Tables, filled: &BTreeSet<Relation>) -> Value {
    let ordered = ordered(tables, filled);
    let mut lists = Lists::default();
    let jobs: Vec<Value> = ordered.iter().map(|(table, references)| job(tables, table, references, &mut lists)).collect();
    let mut after = Vec::new();
    let mut repairs: Vec<String> = ordered.iter().flat_map(|(table, _)| duplicates(table)).collect();
    for (table, references) in &ordered {
        after.extend(references.iter().filter(|it| it.mode == Mode::NullFirst).filter_map(|it| fill(table, it)));
    }
    if !repairs.is_empty() || ordered.iter().any(|(_, it)| it.iter().any(|it| it.mode != Mode::Rows)) {
        repairs.extend(ordered.iter().flat_map(|(table, it)| it.iter().map(|it| orphans(table, it))));
    }
    let (off, on) = switches(tables);
    let counted = tables.tables.iter().filter(|it| matches!(it.kind.as_str(), "r" | "p"));
    json!({
        "lists": lists.all,
        "before": off,
        "tables": jobs,
        "after": after,
        "repairs": repairs,
        "end": on,
        "counts": counted.map(|it| json!({ "key": it.oid.to_string(), "query": count(it) })).collect::<Vec<_>>(),
    })
}

/// Statements that switch off what fires in every mode, and on again.
pub(super) fn switches(tables: &Tables) -> (Vec<String>, Vec<String>) {
    let switch = |mode: fn(&str) -> &'static str| {
        let switched = tables.tables.iter().flat_map(|table| table.always.iter().map(move |it| (table, it)));
        let statement = |(table, (what, name, state)): (&Table, &(String, String, String))| {
            let only = if what == "RULE" { "" } else { "ONLY " };
            format!("ALTER TABLE {only}{} {} {what} {}", table.relation().path(), mode(state), sql::name(name))
        };
        switched.map(statement).collect()
    };
    (switch(|_| "DISABLE"), switch(|state| if state == "A" { "ENABLE ALWAYS" } else { "ENABLE REPLICA" }))
}

/// How many rows there are, and how many values that are not null in each column.
fn count(table: &Table) -> String {
    let counts: Vec<String> = table.columns.iter().map(|it| format!("count({})", sql::name(&it.name))).collect();
    format!(
        "SELECT jsonb_build_object('rows', count(*), 'values', to_jsonb(ARRAY[{}]::bigint[])) FROM {}",
        counts.join(", "),
        table.from()
    )
}

/// The tables that hold rows, each after those it references as far as that goes.
fn ordered<'a>(tables: &'a Tables, filled: &BTreeSet<Relation>) -> Vec<(&'a Table, Vec<Reference<'a>>)> {
    let holders = |oid: i64| -> BTreeSet<i64> {
        match tables.table(oid) {
            Some(it) if it.kind == "p" => tables.leaves(it).into_iter().filter(|it| it.kind == "r").map(|it| it.oid).collect(),
            _ => [oid].into(),
        }
    };
    let (there, mut waiting): (Vec<&Table>, Vec<&Table>) =
        tables.tables.iter().filter(|it| it.kind == "r").partition(|it| filled.contains(&it.relation()));
    let mut done: BTreeSet<i64> = there.into_iter().map(|it| it.oid).collect();
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let mode = |table: &Table, key: &ForeignKey| {
            let to = holders(key.table);
            let may_be_null = |to| Reference { key, to, mode: Mode::Rows }.may_be_null(table);
            match tables.table(key.table) {
                _ if to == [table.oid].into() => Mode::Itself,
                _ if to.is_subset(&done) => Mode::Rows,
                Some(to) if may_be_null(to) => Mode::NullFirst,
                _ => Mode::Guess,
            }
        };
        let worst = |table: &Table| {
            let modes = table.foreign_keys.iter().map(|it| mode(table, it));
            modes.map(|it| usize::from(it == Mode::NullFirst) + 2 * usize::from(it == Mode::Guess)).max().unwrap_or(0)
        };
        let next = (0..waiting.len()).min_by_key(|it| worst(waiting[*it])).unwrap_or(0);
        let table = waiting.remove(next);
        let keys = table.foreign_keys.iter();
        let references =
            keys.filter_map(|key| Some(Reference { key, to: tables.table(key.table)?, mode: mode(table, key) })).collect();
        ordered.push((table, references));
        done.insert(table.oid);
    }
    ordered
}

/// The candidates of all columns, each list once: most columns are of few types.
#[derive(Default)]
struct Lists {
    numbers: BTreeMap<(String, Vec<Option<String>>), usize>,
    all: Vec<Vec<Option<String>>>,
}

impl Lists {
    /// The number of a type's list of candidates.
    fn number(&mut self, type_name: &str, list: &[Option<String>]) -> usize {
        let Lists { numbers, all } = self;
        *numbers.entry((type_name.to_owned(), list.to_vec())).or_insert_with(|| {
            all.push(list.to_vec());
            all.len() - 1
        })
    }
}

/// One table.
fn job(tables: &Tables, table: &Table, references: &[Reference<'_>], lists: &mut Lists) -> Value {
    let candidates = values::candidates(table, tables);
    let groups = Groups::new(table, references);
    let mut sources = Vec::new();
    let mut listed = BTreeMap::new();
    for (number, column) in table.writable().enumerate() {
        let list = lists.number(&column.type_name, &candidates[&column.name]);
        listed.insert(format!("c{number}"), list);
        sources.push(json!({
            "key": format!("c{number}"),
            "list": list,
            "test": format!("SELECT count((v #>> '{{}}')::{}) FROM jsonb_array_elements($1) AS e(v)", column.type_name),
            "query": null,
            "nulls": null,
            "missing": format!("column {}: no value was found that {} takes", sql::name(&column.name), column.type_name),
        }));
    }
    let numbers: BTreeMap<&str, usize> = table.writable().enumerate().map(|(number, it)| (it.name.as_str(), number)).collect();
    for (number, reference) in references.iter().enumerate().filter(|(_, it)| it.mode != Mode::Itself) {
        sources.push(source(tables, table, reference, number, &numbers));
    }
    let columns = groups.columns();
    let mut targets = Vec::new();
    let mut values = Vec::new();
    for (group, members) in columns.iter().enumerate() {
        for (place, name) in members.iter().enumerate() {
            targets.push(sql::name(name));
            values.push(format!("(v -> {group} ->> {place})::{}", table.column(name).map_or("text", |it| &it.type_name)));
        }
    }
    // PostgreSQL knows no arbiter among deferrable constraints, and rules exclude the clause.
    let conflict = if table.deferrable.is_empty() && !table.ruled { " ON CONFLICT DO NOTHING" } else { "" };
    let targets = if targets.is_empty() { String::new() } else { format!(" ({}) OVERRIDING SYSTEM VALUE", targets.join(", ")) };
    let (wanted, start) = share(tables, table);
    json!({
        "key": table.oid.to_string(),
        "wanted": wanted,
        "start": start,
        "part": table.partition && wanted < WANTED,
        "sources": sources,
        "groups": columns.iter().map(|it| groups.group(it, &listed)).collect::<Vec<_>>(),
        "insert": format!(
            "INSERT INTO {}{targets} SELECT {} FROM jsonb_array_elements($1) AS e(v){conflict}",
            table.relation().path(),
            values.join(", ")
        ),
    })
}

/// How many rows a table is to have, and where in the candidates they start: partitions share.
fn share(tables: &Tables, table: &Table) -> (usize, usize) {
    let roots = tables.tables.iter().filter(|it| it.kind == "p");
    let share = roots.filter_map(|root| {
        let leaves = tables.leaves(root);
        let place = leaves.iter().position(|it| it.oid == table.oid)?;
        let wanted = WANTED.div_ceil(leaves.len()).max(LEAST);
        Some((wanted, place * wanted))
    });
    share.min().filter(|_| !table.given).unwrap_or((WANTED, 0))
}

/// The keys that a reference may have.
fn source(tables: &Tables, table: &Table, reference: &Reference<'_>, number: usize, numbers: &BTreeMap<&str, usize>) -> Value {
    let (key, to) = (reference.key, reference.to);
    let guess: Vec<Vec<Option<String>>> = if reference.mode == Mode::Guess {
        let leaf = if to.kind == "p" { tables.leaves(to).first().copied().unwrap_or(to) } else { to };
        let candidates = values::candidates(leaf, tables);
        let of = |name: &String, at: usize| {
            let list: Vec<_> = candidates.get(name).into_iter().flatten().flatten().collect();
            list.get(at % list.len().max(1)).map(|it| (*it).clone())
        };
        (0..values::SERIES).map(|at| key.referenced.iter().map(|it| of(it, at)).collect()).collect()
    } else {
        Vec::new()
    };
    let referenced: Vec<String> = key.referenced.iter().map(|it| sql::name(it)).collect();
    let texts = referenced.iter().map(|it| format!("{it}::text")).collect::<Vec<_>>().join(", ");
    let there = referenced.iter().map(|it| format!("{it} IS NOT NULL")).collect::<Vec<_>>().join(" AND ");
    let query = format!(
        "SELECT coalesce(jsonb_agg(to_jsonb(ARRAY[{texts}])), '[]') FROM (SELECT * FROM {} WHERE {there} LIMIT 200) AS t",
        to.from()
    );
    let types = key.columns.iter().enumerate();
    let types = types.map(|(at, it)| format!("count((v ->> {at})::{})", table.column(it).map_or("text", |it| &it.type_name)));
    let nullable = key.columns.iter().map(|it| table.column(it).is_some_and(|it| !it.not_null)).collect::<Vec<_>>();
    json!({
        "key": format!("f{number}"),
        "values": guess,
        "test": format!("SELECT {} FROM jsonb_array_elements($1) AS e(v)", types.collect::<Vec<_>>().join(", ")),
        "query": (reference.mode == Mode::Rows).then_some(query),
        "nulls": reference.may_be_null(table).then_some(nullable),
        "columns": key.columns.iter().map(|it| numbers.get(it.as_str()).map(|it| format!("c{it}"))).collect::<Vec<_>>(),
        "missing": format!("FOREIGN KEY {}: {} has no rows that fit", sql::name(&key.name), to.relation().path()),
    })
}

/// Gives every second row of a cycle its reference.
fn fill(table: &Table, reference: &Reference<'_>) -> Option<String> {
    let key = reference.key;
    if !key.columns.iter().all(|it| table.column(it).is_some_and(|it| !it.not_null && it.generated.is_none())) {
        return None;
    }
    let from = table.from();
    let sets = key.columns.iter().zip(&key.referenced).map(|(column, of)| {
        let type_name = table.column(column).map_or("text", |it| &it.type_name);
        format!("{} = source.{}::{type_name}", sql::name(column), sql::name(of))
    });
    let there: Vec<String> = key.referenced.iter().map(|it| format!("{} IS NOT NULL", sql::name(it))).collect();
    Some(format!(
        "WITH target AS (SELECT ctid AS place, row_number() OVER (ORDER BY ctid) AS number FROM {from}), \
         source AS (SELECT {}, row_number() OVER () AS number, count(*) OVER () AS total FROM {} WHERE {}) \
         UPDATE {from} AS t SET {} FROM target, source WHERE t.ctid = target.place AND target.number % 2 = 0 \
         AND source.number = target.number / 2 % source.total + 1 AND {OURS}",
        sql::names(&key.referenced),
        reference.to.from(),
        there.join(" AND "),
        sets.collect::<Vec<_>>().join(", "),
    ))
}

/// Deletes rows whose reference leads nowhere.
fn orphans(table: &Table, reference: &Reference<'_>) -> String {
    let pairs = || reference.key.columns.iter().zip(&reference.key.referenced);
    let given: Vec<String> = pairs().map(|(it, _)| format!("t.{} IS NOT NULL", sql::name(it))).collect();
    let same: Vec<String> = pairs().map(|(it, of)| format!("r.{} = t.{}", sql::name(of), sql::name(it))).collect();
    format!(
        "DELETE FROM {} AS t WHERE {} AND NOT EXISTS (SELECT FROM {} AS r WHERE {}) AND {OURS}",
        table.from(),
        given.join(" AND "),
        reference.to.from(),
        same.join(" AND ")
    )
}

/// Deletes rows that a deferrable constraint would refuse: its trigger does not fire for us.
fn duplicates(table: &Table) -> Vec<String> {
    let statement = |columns: &Vec<(String, String, String)>| {
        let same = columns.iter().map(|(column, schema, operator)| {
            format!("t.{0} OPERATOR({1}.{operator}) o.{0}", sql::name(column), sql::name(schema))
        });
        format!(
            "DELETE FROM {from} AS t USING {from} AS o WHERE t.ctid > o.ctid AND {} AND {OURS}",
            same.collect::<Vec<_>>().join(" AND "),
            from = table.from()
        )
    };
    table.deferrable.iter().map(statement).collect()
}
