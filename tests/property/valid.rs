//! What makes a model valid: everything that is referred to stands before it, and PostgreSQL accepts it.

use super::model::{ColumnOf, Condition, Item, Model, Number, Query, Shape, Sort, Type, Value, What};

/// Takes out what refers to something that is gone, until nothing does.
pub(super) fn prune(model: &mut Model) {
    loop {
        let mut kept = Model { major: model.major, ..Model::default() };
        let count = model.items.len();
        for item in std::mem::take(&mut model.items) {
            if let Some(item) = mended(&kept, item)
                && refers(&kept, &item)
                && allowed(&kept, &item)
            {
                kept.items.push(item);
            }
        }
        *model = kept;
        if model.items.len() == count {
            return;
        }
    }
}

/// The item without the parts that can go by themselves.
fn mended(before: &Model, mut item: Item) -> Option<Item> {
    let is_type = |it: &Type| matches!(it, Type::Named(_)) || matches!(it, Type::Item(it) if before.get(*it).is_some());
    match &mut item.what {
        What::Table(table) => {
            table.columns.retain(|it| is_type(&it.of_type));
            let numbers: Vec<Number> = table.columns.iter().map(|it| it.number).collect();
            let computed: Vec<Number> =
                table.columns.iter().filter(|it| matches!(it.value, Value::Generated(_))).map(|it| it.number).collect();
            let partitioned = matches!(table.shape, Shape::Partitioned { .. });
            for column in &mut table.columns {
                let gone = match column.value {
                    Value::Call(it) | Value::Next(it) => before.get(it).is_none(),
                    Value::Generated(it) => !numbers.contains(&it) || it == column.number || computed.contains(&it),
                    Value::Identity { .. } => partitioned,
                    _ => false,
                };
                if gone {
                    column.value = Value::Nothing;
                }
            }
        }
        What::Composite { attributes } => attributes.retain(|it| is_type(&it.1)),
        What::View { query, .. } | What::Materialized { query } => {
            query.columns.retain(|it| before.has(it.1));
            if query.condition.as_ref().is_some_and(|it| !holds(before, it)) {
                query.condition = None;
            }
            if query.columns.is_empty() {
                return None;
            }
        }
        What::Publication { tables, .. } => {
            tables.retain(|it| before.table(*it).is_some_and(|it| !it.unlogged && !matches!(it.shape, Shape::Foreign { .. })));
        }
        _ => {}
    }
    item.grants.retain(|it| it.column.is_none() || it.column.is_some_and(|column| own(before, &item.what, column)));
    Some(item)
}

/// Whether a column number is one of the relation's that is being made.
fn own(before: &Model, what: &What, column: Number) -> bool {
    match what {
        What::Table(table) => {
            let inherited = match table.shape {
                Shape::Partition { parent, .. } | Shape::Child { parent } => before.has((parent, column)),
                _ => false,
            };
            inherited || table.columns.iter().any(|it| it.number == column)
        }
        What::View { query, .. } | What::Materialized { query } => query.columns.iter().any(|it| it.0 == column),
        _ => false,
    }
}

fn holds(before: &Model, it: &Condition) -> bool {
    before.has(it.column) && it.call.is_none_or(|it| before.get(it).is_some())
}

/// Whether all that an item refers to stands.
fn refers(before: &Model, item: &Item) -> bool {
    let is = |it: &Number| before.get(*it).is_some();
    let all = |it: &[ColumnOf]| !it.is_empty() && it.iter().all(|it| before.has(*it));
    let maybe = |it: &Option<Condition>| it.as_ref().is_none_or(|it| holds(before, it));
    let query = |it: &Query| is(&it.source) && it.joined.is_none_or(|it| is(&it));
    let here = match &item.what {
        What::Schema | What::Enum { .. } | What::Domain { .. } | What::Range { .. } | What::Sequence { .. } => true,
        What::Publication { .. } | What::Configuration { .. } | What::Wrapper { .. } => true,
        What::Composite { attributes } => !attributes.is_empty(),
        What::Routine(it) => {
            let sort = match &it.sort {
                Sort::Rows(it) | Sort::Atomic(it) => is(it),
                _ => true,
            };
            sort && it.arguments.iter().all(|(it, _)| matches!(it, Type::Named(_)) || matches!(it, Type::Item(it) if is(it)))
        }
        What::Aggregate { step, .. } | What::Operator { step } => is(step),
        What::Cast { from, .. } => is(from),
        What::Table(it) => match &it.shape {
            Shape::Plain => true,
            Shape::Partitioned { by, .. } => it.columns.iter().any(|it| it.number == *by),
            Shape::Partition { parent, .. } | Shape::Child { parent } => is(parent),
            Shape::Foreign { server } => is(server),
        },
        What::Key { columns, .. } | What::Statistics { columns, .. } => all(columns),
        What::Check { condition, .. } => holds(before, condition),
        What::ForeignKey { column, key, .. } => before.has(*column) && is(key),
        What::Exclude { column } => before.has(*column),
        What::Index { columns, condition, call, .. } => all(columns) && maybe(condition) && call.is_none_or(|it| is(&it)),
        What::View { query: it, .. } | What::Materialized { query: it } => query(it),
        What::Trigger { table, routine, of, condition, .. } => {
            is(table) && is(routine) && of.is_none_or(|it| before.has(it)) && maybe(condition)
        }
        What::Rule { table, .. } => is(table),
        What::Policy { table, condition, .. } => is(table) && holds(before, condition),
        What::EventTrigger { routine, .. } => is(routine),
        What::Server { wrapper, .. } => is(wrapper),
        What::Mapping { server, .. } => is(server),
        What::Form { at, uses, .. } => at.is_none_or(|it| before.has(it)) && uses.is_none_or(|it| is(&it)),
        What::DefaultGrant { within, .. } => within.is_none_or(|it| is(&it)),
    };
    here && item.schema.is_none_or(|it| is(&it))
}

/// Whether PostgreSQL accepts it.
fn allowed(before: &Model, item: &Item) -> bool {
    let type_of = |it: ColumnOf| before.column(it).map(|it| it.of_type.clone());
    match &item.what {
        What::Table(it) => {
            let fits = |by: &Number| it.columns.iter().any(|it| it.number == *by && it.of_type == Type::Named("integer"));
            match &it.shape {
                Shape::Partitioned { by, .. } => fits(by) && it.columns.iter().all(|it| it.number != *by || free(&it.value)),
                Shape::Partition { parent, bound } => {
                    is_partitioned(before, *parent) && !bounds(before, *parent).contains(&(bound % 8))
                }
                Shape::Child { parent } => {
                    matches!(before.table(*parent).map(|it| &it.shape), Some(Shape::Plain | Shape::Child { .. }))
                }
                _ => true,
            }
        }
        What::ForeignKey { column, key, .. } => match before.get(*key).map(|it| &it.what) {
            Some(What::Key { columns, deferrable: false, .. }) if columns.len() == 1 => {
                let unlogged = |it: Number| before.table(it).is_some_and(|it| it.unlogged);
                // PostgreSQL: "being used by active queries in this session", where a partition refers to its own table.
                (column.0 == columns[0].0 || !related(before, column.0, columns[0].0))
                    && type_of(columns[0]) == type_of(*column)
                    && !generated(before, *column)
                    && (!unlogged(columns[0].0) || unlogged(column.0))
            }
            _ => false,
        },
        What::Key { columns, primary, .. } => {
            let table = columns[0].0;
            let first = !primary
                || !before.items.iter().any(
                    |it| matches!(&it.what, What::Key { columns, primary: true, .. } if related(before, columns[0].0, table)),
                );
            first
                && covered(before, columns)
                && (!primary || columns.iter().all(|it| !generated(before, *it) && own_column(before, *it)))
        }
        What::Index { columns, unique, method, call, .. } => {
            let json = |it: &ColumnOf| type_of(*it) == Some(Type::Named("jsonb"));
            (!unique || *method == "btree" && call.is_none() && covered(before, columns))
                && (*method != "gin" || columns.iter().all(json))
        }
        What::Exclude { column } => type_of(*column) == Some(Type::Named("int4range")) && !is_partitioned(before, column.0),
        What::Cast { from, .. } => {
            !before.items.iter().any(|it| matches!(it.what, What::Cast { from: other, .. } if other == *from))
        }
        What::Mapping { server, role, .. } => !before
            .items
            .iter()
            .any(|it| matches!(it.what, What::Mapping { server: s, role: r, .. } if s == *server && r == *role)),
        What::Trigger { table, when, .. } => {
            let view = matches!(before.get(*table).map(|it| &it.what), Some(What::View { .. }));
            view == when.starts_with("INSTEAD")
        }
        What::Statistics { columns, .. } => columns.len() > 1,
        What::Policy { table, .. } => before.table(*table).is_some_and(|it| !matches!(it.shape, Shape::Foreign { .. })),
        _ => true,
    }
}

/// The bounds of a table's partitions.
pub(super) fn bounds(model: &Model, table: Number) -> Vec<u8> {
    let bound = |it: &Item| match &it.what {
        What::Table(it) => match it.shape {
            Shape::Partition { parent, bound } if parent == table => Some(bound % 8),
            _ => None,
        },
        _ => None,
    };
    model.items.iter().filter_map(bound).collect()
}

fn free(value: &Value) -> bool {
    !matches!(value, Value::Generated(_) | Value::Identity { .. })
}

fn generated(model: &Model, column: ColumnOf) -> bool {
    model.column(column).is_some_and(|it| matches!(it.value, Value::Generated(_)))
}

/// Whether the table itself declares the column.
fn own_column(model: &Model, (table, column): ColumnOf) -> bool {
    model.table(table).is_some_and(|it| it.columns.iter().any(|it| it.number == column))
}

/// Whether both are one table, or one is a partition of the other.
fn related(model: &Model, one: Number, other: Number) -> bool {
    let top = |it: Number| match model.table(it).map(|it| &it.shape) {
        Some(Shape::Partition { parent, .. }) => *parent,
        _ => it,
    };
    top(one) == top(other)
}

pub(super) fn is_partitioned(model: &Model, table: Number) -> bool {
    matches!(model.table(table).map(|it| &it.shape), Some(Shape::Partitioned { .. }))
}

/// Whether the partition key is among them, where there is one.
fn covered(model: &Model, columns: &[ColumnOf]) -> bool {
    match model.table(columns[0].0).map(|it| &it.shape) {
        Some(Shape::Partitioned { by, .. }) => columns.iter().any(|it| it.1 == *by),
        _ => true,
    }
}
