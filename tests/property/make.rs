//! A random schema, item by item.

use super::forms;
use super::model::{
    Column, ColumnOf, Condition, Grant, Item, Model, Number, Query, Routine, Shape, Sort, Table, Type, Value, What,
};
use super::random::Random;
use super::valid::{bounds, is_partitioned, prune};

pub(super) const ROLES: &[&str] = &["prop_a", "prop_b", "prop_c"];
const GRANTEES: &[&str] = &["prop_a", "prop_b", "prop_c", "PUBLIC"];
const TYPES: &[&str] = &[
    "integer",
    "integer",
    "bigint",
    "text",
    "text",
    "varchar(20)",
    "numeric(10,2)",
    "boolean",
    "timestamptz",
    "date",
    "jsonb",
    "uuid",
    "integer[]",
    "int4range",
];
const SETTINGS: &[&str] = &["SET STATISTICS 100", "SET (n_distinct = 5)", "SET STORAGE EXTERNAL"];
pub(super) const TABLE_OPTIONS: &[&str] =
    &["fillfactor=70", "autovacuum_enabled=false", "fillfactor=80, autovacuum_vacuum_threshold=9"];
pub(super) const ROUTINE_OPTIONS: &[&str] = &["", " STRICT", " SECURITY DEFINER", " COST 7", " PARALLEL SAFE"];
pub(super) const TIMINGS: &[&str] = &["BEFORE INSERT", "BEFORE UPDATE", "AFTER INSERT", "AFTER UPDATE", "AFTER INSERT OR DELETE"];

/// A schema of about that many objects.
pub(super) fn schema(random: &mut Random, size: usize, major: u32) -> Model {
    let mut model = Model { major, ..Model::default() };
    let mut next = 1;
    while weight(&model) < size {
        add(&mut model, random, &mut next);
    }
    model
}

/// How many objects it holds, columns included.
fn weight(model: &Model) -> usize {
    let columns = |it: &Item| if let What::Table(it) = &it.what { it.columns.len() } else { 0 };
    model.items.iter().map(|it| 1 + columns(it)).sum()
}

/// Adds an item, where chance finds one that fits.
pub(super) fn add(model: &mut Model, random: &mut Random, next: &mut Number) {
    if let Some(item) = item(model, random, next) {
        model.items.push(item);
        prune(model);
    }
}

pub(super) fn fresh(next: &mut Number) -> Number {
    *next += 1;
    *next - 1
}

/// A name; some need quotes.
pub(super) fn name(random: &mut Random, number: Number) -> String {
    let prefix = random.word(&["n", "n", "n", "N x", "sélect", "a\"b", "_"]);
    format!("{prefix}{number}")
}

pub(super) fn grant(random: &mut Random, columns: &[Number]) -> Grant {
    let column = if random.chance(25) { random.one(columns) } else { None };
    Grant { role: random.word(GRANTEES), privilege: random.below(5), option: random.chance(20), column }
}

pub(super) fn item(model: &Model, random: &mut Random, next: &mut Number) -> Option<Item> {
    let number = fresh(next);
    let schemas = model.all(|it| matches!(it, What::Schema));
    let what = if schemas.is_empty() { What::Schema } else { what(model, random, next)? };
    let apart = matches!(
        what,
        What::Schema
            | What::Cast { .. }
            | What::Key { .. }
            | What::Check { .. }
            | What::ForeignKey { .. }
            | What::Exclude { .. }
            | What::Index { .. }
            | What::Trigger { .. }
            | What::Rule { .. }
            | What::Policy { .. }
            | What::Publication { .. }
            | What::EventTrigger { .. }
            | What::Wrapper { .. }
            | What::Server { .. }
            | What::Mapping { .. }
            | What::DefaultGrant { .. }
    );
    let owns = match &what {
        What::View { .. } | What::Operator { .. } | What::Form { .. } => false,
        What::Schema | What::Table(_) => true,
        _ => !apart,
    };
    let columns: Vec<Number> = match &what {
        What::Table(it) => it.columns.iter().map(|it| it.number).collect(),
        What::View { query, .. } | What::Materialized { query } => query.columns.iter().map(|it| it.0).collect(),
        _ => Vec::new(),
    };
    Some(Item {
        number,
        name: name(random, number),
        schema: if apart { None } else { random.one(&schemas) },
        owner: if owns && random.chance(25) { random.one(ROLES) } else { None },
        comment: random.chance(20).then_some(1),
        grants: (0..if random.chance(30) { 1 + random.below(2) } else { 0 }).map(|_| grant(random, &columns)).collect(),
        what,
    })
}

/// The relations that rows can be selected from.
pub(super) fn relations(model: &Model) -> Vec<Number> {
    model.all(|it| matches!(it, What::Table(_) | What::View { .. } | What::Materialized { .. }))
}

/// The tables that are not foreign.
pub(super) fn tables(model: &Model) -> Vec<Number> {
    model.all(|it| matches!(it, What::Table(it) if !matches!(it.shape, Shape::Foreign { .. })))
}

fn steps(model: &Model) -> Vec<Number> {
    model.all(|it| matches!(it, What::Routine(it) if it.sort == Sort::Step))
}

/// Routines from a number to a number.
pub(super) fn calls(model: &Model) -> Vec<Number> {
    model.all(|it| matches!(it, What::Routine(it) if it.sort == Sort::Number))
}

fn columns_of(model: &Model, relation: Number) -> Vec<ColumnOf> {
    model.shown(relation).iter().map(|it| (relation, it.0)).collect()
}

pub(super) fn of_type(model: &Model, random: &mut Random) -> Type {
    let own = |it: &What| matches!(it, What::Enum { .. } | What::Domain { .. } | What::Composite { .. } | What::Range { .. });
    match random.one(&model.all(own)) {
        Some(it) if random.chance(30) => Type::Item(it),
        _ => Type::Named(random.word(TYPES)),
    }
}

pub(super) fn value(model: &Model, random: &mut Random, others: &[Number]) -> Value {
    match random.below(12) {
        0..=2 => Value::Constant(u8::try_from(random.below(9)).unwrap_or(0)),
        3 => random.one(&calls(model)).map_or(Value::Nothing, Value::Call),
        4 => random.one(&model.all(|it| matches!(it, What::Sequence { .. }))).map_or(Value::Nothing, Value::Next),
        5 => Value::Identity { always: random.chance(50), increment: 1 },
        6 => random.one(others).map_or(Value::Nothing, Value::Generated),
        _ => Value::Nothing,
    }
}

pub(super) fn column(model: &Model, random: &mut Random, next: &mut Number, others: &[Number]) -> Column {
    let number = fresh(next);
    let value = value(model, random, others);
    Column {
        number,
        name: name(random, number),
        of_type: of_type(model, random),
        not_null: random.chance(30) || matches!(value, Value::Identity { .. }),
        value,
        collation: random.chance(20),
        settings: if random.chance(10) { random.one(SETTINGS) } else { None },
        comment: random.chance(15).then_some(1),
    }
}

fn condition(model: &Model, random: &mut Random, columns: &[ColumnOf]) -> Option<Condition> {
    let call = if random.chance(25) { random.one(&calls(model)) } else { None };
    Some(Condition { column: random.one(columns)?, form: u8::try_from(random.below(6)).unwrap_or(0), call })
}

fn query(model: &Model, random: &mut Random, next: &mut Number) -> Option<Query> {
    let all = relations(model);
    let source = random.one(&all)?;
    let joined = random.one(&all).filter(|it| *it != source && random.chance(30));
    let mut columns = columns_of(model, source);
    columns.extend(joined.iter().flat_map(|it| columns_of(model, *it)));
    let shown =
        random.some(&columns, 4).into_iter().map(|it| (fresh(next), it, u8::try_from(random.below(8)).unwrap_or(0))).collect();
    let condition = if random.chance(40) { condition(model, random, &columns) } else { None };
    Some(Query { columns: shown, source, joined, condition, form: u8::try_from(random.below(8)).unwrap_or(0) })
}

fn table(model: &Model, random: &mut Random, next: &mut Number) -> Table {
    let mut columns = Vec::new();
    for _ in 0..1 + random.below(6) {
        let numbers: Vec<Number> = columns.iter().map(|it: &Column| it.number).collect();
        columns.push(column(model, random, next, &numbers));
    }
    let partitioned: Vec<Number> = tables(model).into_iter().filter(|it| is_partitioned(model, *it)).collect();
    let parents = model.all(|it| matches!(it, What::Table(it) if matches!(it.shape, Shape::Plain | Shape::Child { .. })));
    let servers = model.all(|it| matches!(it, What::Server { .. }));
    let mut shape = match random.below(10) {
        0 => Shape::Partitioned { by: columns[0].number, strategy: random.word(&["LIST", "RANGE", "HASH"]) },
        1..=2 => match random.one(&partitioned) {
            Some(parent) => (0..8)
                .find(|it| !bounds(model, parent).contains(it))
                .map_or(Shape::Plain, |bound| Shape::Partition { parent, bound }),
            None => Shape::Plain,
        },
        3 => random.one(&parents).map_or(Shape::Plain, |parent| Shape::Child { parent }),
        4 => random.one(&servers).map_or(Shape::Plain, |server| Shape::Foreign { server }),
        _ => Shape::Plain,
    };
    match &mut shape {
        Shape::Partitioned { .. } => {
            columns[0].of_type = Type::Named("integer");
            columns[0].value = Value::Nothing;
        }
        Shape::Partition { .. } => columns.clear(),
        Shape::Foreign { .. } => columns.iter_mut().for_each(|it| it.value = Value::Nothing),
        _ => {}
    }
    let unlogged = matches!(shape, Shape::Plain) && random.chance(10);
    let options = if random.chance(15) { random.one(TABLE_OPTIONS) } else { None };
    let security = if random.chance(15) { u8::try_from(random.below(4)).unwrap_or(0) } else { 0 };
    Table { shape, columns, unlogged, options, security }
}

pub(super) fn routine(model: &Model, random: &mut Random) -> Routine {
    let rows = || relations(model);
    let sort = match random.below(8) {
        0 => Sort::Trigger,
        1 => Sort::EventTrigger,
        2 => Sort::Procedure,
        3 => Sort::Step,
        4 => random.one(&rows()).map_or(Sort::Number, Sort::Rows),
        5 => random.one(&rows()).map_or(Sort::Number, Sort::Atomic),
        _ => Sort::Number,
    };
    let arguments = match sort {
        Sort::Rows(_) | Sort::Atomic(_) | Sort::Procedure => {
            let count = random.below(3);
            let defaults = random.chance(30);
            (0..count).map(|_| (of_type(model, random), defaults)).collect()
        }
        _ => Vec::new(),
    };
    let set = if random.chance(15) { random.one(&["search_path = pg_catalog, public", "work_mem = '8MB'"]) } else { None };
    Routine { sort, arguments, options: random.word(ROUTINE_OPTIONS), set, body: u8::try_from(random.below(6)).unwrap_or(0) }
}

fn what(model: &Model, random: &mut Random, next: &mut Number) -> Option<What> {
    let byte = |random: &mut Random, end: usize| u8::try_from(random.below(end)).unwrap_or(0);
    let chosen = tables(model);
    let chosen = random.one(&chosen);
    let own =
        |random: &mut Random, most: usize| chosen.map(|it| random.some(&columns_of(model, it), most)).filter(|it| !it.is_empty());
    if random.chance(20) {
        return forms::one(model, random);
    }
    Some(match random.below(60) {
        0 => What::Schema,
        1..=2 => What::Enum { labels: random.some(&["new", "done", "it is", "old", "B", "last"].map(str::to_owned), 4) },
        3..=4 => What::Domain {
            base: random.word(&["integer", "text"]),
            not_null: random.chance(20),
            default: random.chance(30).then_some(1),
            checks: (0..byte(random, 3)).collect(),
        },
        5 => {
            let attributes = (0..1 + random.below(3)).map(|it| (format!("f{it}"), of_type(model, random))).collect();
            What::Composite { attributes }
        }
        6 => What::Range { of: random.word(&["bigint", "date", "float8"]) },
        7..=8 => {
            let owned = if random.chance(50) { own(random, 1).map(|it| it[0]) } else { None };
            What::Sequence {
                of: random.word(&["bigint", "integer"]),
                increment: 1 + byte(random, 3),
                cycle: random.chance(20),
                owned,
            }
        }
        9..=14 => What::Routine(routine(model, random)),
        15 => What::Aggregate { step: random.one(&steps(model))?, initial: random.chance(50).then_some(0) },
        16 => What::Operator { step: random.one(&steps(model))? },
        17 => What::Cast {
            from: random.one(&model.all(|it| matches!(it, What::Enum { .. } | What::Composite { .. } | What::Range { .. })))?,
            implicit: random.chance(50),
        },
        18..=27 => What::Table(table(model, random, next)),
        28..=31 => What::Key { columns: own(random, 2)?, primary: random.chance(60), deferrable: random.chance(10) },
        32..=33 => {
            let columns = own(random, 3)?;
            What::Check { condition: condition(model, random, &columns)?, valid: random.chance(85) }
        }
        34..=37 => {
            let key = random.one(&model.all(|it| matches!(it, What::Key { columns, .. } if columns.len() == 1)))?;
            let action = random.word(&["NO ACTION", "CASCADE", "SET NULL", "RESTRICT"]);
            let of = model.get(key).map(|it| if let What::Key { columns, .. } = &it.what { columns[0] } else { (0, 0) })?;
            let same = |it: &ColumnOf| model.column(*it).map(|it| &it.of_type) == model.column(of).map(|it| &it.of_type);
            let fitting: Vec<ColumnOf> = tables(model).into_iter().flat_map(|it| columns_of(model, it)).filter(same).collect();
            What::ForeignKey { column: random.one(&fitting)?, key, action, deferrable: random.chance(15) }
        }
        38 => What::Exclude { column: own(random, 1)?[0] },
        39..=42 => What::Index {
            columns: own(random, 2)?,
            unique: random.chance(25),
            method: random.word(&["btree", "btree", "btree", "gin", "hash"]),
            order: byte(random, 4),
            condition: match own(random, 1) {
                Some(it) if random.chance(25) => condition(model, random, &it),
                _ => None,
            },
            call: if random.chance(15) { random.one(&calls(model)) } else { None },
        },
        43..=46 => What::View {
            query: query(model, random, next)?,
            option: if random.chance(15) { Some("security_barrier=true") } else { None },
        },
        47 => What::Materialized { query: query(model, random, next)? },
        48..=49 => {
            let targets = model.all(|it| matches!(it, What::Table(_) | What::View { .. }));
            let table = random.one(&targets)?;
            let view = model.table(table).is_none();
            let columns = columns_of(model, table);
            What::Trigger {
                table,
                routine: random.one(&model.all(|it| matches!(it, What::Routine(it) if it.sort == Sort::Trigger)))?,
                when: if view { random.word(&["INSTEAD OF INSERT", "INSTEAD OF UPDATE"]) } else { random.word(TIMINGS) },
                of: if random.chance(30) { random.one(&columns) } else { None },
                condition: if random.chance(30) { condition(model, random, &columns) } else { None },
                enabled: if random.chance(20) { byte(random, 3) } else { 0 },
            }
        }
        50 => What::Rule { table: chosen?, event: random.word(&["INSERT", "UPDATE", "DELETE"]) },
        51..=52 => {
            let columns = own(random, 1)?;
            let condition = condition(model, random, &columns)?;
            let role = if random.chance(50) { random.one(ROLES) } else { None };
            What::Policy {
                table: condition.column.0,
                command: random.word(&["ALL", "SELECT", "INSERT", "UPDATE"]),
                role,
                condition,
            }
        }
        53 => What::Statistics { columns: own(random, 3)?, kinds: byte(random, 3) },
        54 => {
            let tables = if random.chance(80) { random.some(&tables(model), 3) } else { Vec::new() };
            What::Publication { tables, all: random.chance(20), publish: byte(random, 3) }
        }
        55 => What::EventTrigger {
            routine: random.one(&model.all(|it| matches!(it, What::Routine(it) if it.sort == Sort::EventTrigger)))?,
            event: random.word(&["ddl_command_end", "ddl_command_start", "sql_drop"]),
        },
        56 => What::Configuration { mapped: random.some(&["asciiword", "word", "int", "email"], 3) },
        57 => match random.one(&model.all(|it| matches!(it, What::Wrapper { .. }))) {
            Some(wrapper) if random.chance(70) => What::Server { wrapper, options: options(random) },
            _ => What::Wrapper { options: options(random) },
        },
        58 => What::Mapping {
            server: random.one(&model.all(|it| matches!(it, What::Server { .. })))?,
            role: random.word(ROLES),
            option: 1,
        },
        _ => What::DefaultGrant {
            role: if random.chance(40) { random.one(ROLES) } else { None },
            within: random.one(&model.all(|it| matches!(it, What::Schema))).filter(|_| random.chance(60)),
            on: random.word(&["SELECT ON TABLES", "USAGE ON SEQUENCES", "EXECUTE ON FUNCTIONS", "USAGE ON TYPES"]),
            to: random.word(ROLES),
        },
    })
}

pub(super) fn options(random: &mut Random) -> Vec<(String, u8)> {
    (0..random.below(3)).map(|it| (format!("o{it}"), u8::try_from(random.below(3)).unwrap_or(0))).collect()
}
