//! Random edits of a model. Each holds the whole item as it becomes, so that any of them can be left out again.

use super::hints::MARK;
use super::make::{self, ROLES, ROUTINE_OPTIONS, TABLE_OPTIONS, TIMINGS};
use super::model::{Column, Item, Model, Number, Shape, Sort, Table, Type, What};
use super::random::Random;
use super::valid::prune;

#[derive(Debug, Clone)]
pub(super) enum Edit {
    Add(Item),
    Drop(Number),
    Change(Item),
    Swap(Number, Number),
}

/// The model after some edits.
pub(super) fn apply(model: &Model, edits: &[Edit]) -> Model {
    let mut model = model.clone();
    for edit in edits {
        match edit {
            Edit::Add(item) => model.items.push(item.clone()),
            Edit::Drop(number) => model.items.retain(|it| it.number != *number),
            Edit::Change(item) => {
                if let Some(old) = model.items.iter_mut().find(|it| it.number == item.number) {
                    *old = item.clone();
                }
            }
            Edit::Swap(one, other) => {
                if let (Some(a), Some(b)) = (model.get(*one).cloned(), model.get(*other).cloned()) {
                    model.items.iter_mut().filter(|it| it.number == a.number).for_each(|it| it.name.clone_from(&b.name));
                    model.items.iter_mut().filter(|it| it.number == b.number).for_each(|it| it.name.clone_from(&a.name));
                }
            }
        }
        prune(&mut model);
    }
    model
}

/// Between one and `most` edits of a model.
pub(super) fn some(model: &Model, random: &mut Random, most: usize) -> Vec<Edit> {
    let mut next = 10_000;
    let mut edits: Vec<Edit> = Vec::new();
    let mut now = model.clone();
    for _ in 0..1 + random.below(most) {
        let numbers: Vec<Number> = now.items.iter().map(|it| it.number).collect();
        let Some(item) = random.one(&numbers).and_then(|it| now.get(it)).cloned() else { continue };
        let edit = match random.below(20) {
            0..=5 => make::item(&now, random, &mut next).map(Edit::Add),
            // What takes half of the schema along shows little.
            6..=8 => (now.dependents(item.number).len() < 12).then_some(Edit::Drop(item.number)),
            9 => {
                let same = |it: &&Item| std::mem::discriminant(&it.what) == std::mem::discriminant(&item.what);
                let others: Vec<Number> = now.items.iter().filter(same).map(|it| it.number).collect();
                random.one(&others).map(|it| Edit::Swap(item.number, it))
            }
            10 => Some(Edit::Change(renamed(random, item, &mut next))),
            11 => another(&now, random, &item, &mut next).map(Edit::Change),
            _ => Some(Edit::Change(changed(&now, random, item, &mut next))),
        };
        edits.extend(edit);
        now = apply(model, &edits);
    }
    edits
}

/// The item, or something in it, by another name.
fn renamed(random: &mut Random, mut item: Item, next: &mut Number) -> Item {
    let name = make::name(random, make::fresh(next));
    match &mut item.what {
        What::Table(it) if !it.columns.is_empty() && random.chance(60) => {
            let at = random.below(it.columns.len());
            it.columns[at].name = name;
        }
        What::Composite { attributes } if random.chance(60) => {
            let at = random.below(attributes.len());
            attributes[at].0.insert_str(0, MARK);
        }
        What::Enum { labels } if random.chance(60) => {
            let at = random.below(labels.len());
            labels[at].insert_str(0, MARK);
        }
        What::View { query, .. } | What::Materialized { query } if random.chance(40) => {
            let at = random.below(query.columns.len());
            query.columns[at].0 = make::fresh(next);
        }
        _ => item.name = name,
    }
    item
}

/// An item of the same kind that differs in all its properties.
fn another(model: &Model, random: &mut Random, item: &Item, next: &mut Number) -> Option<Item> {
    let before = upto(model, item.number);
    let made = (0..200).filter_map(|_| make::item(&before, random, next));
    // A routine is called for what it is good for.
    let is_alike = |it: &Item| match (&it.what, &item.what) {
        (What::Routine(new), What::Routine(old)) => new.sort == old.sort,
        (new, old) => std::mem::discriminant(new) == std::mem::discriminant(old),
    };
    let found = made.into_iter().find(is_alike);
    found.map(|it| Item { number: item.number, name: item.name.clone(), schema: item.schema, ..it })
}

fn changed(model: &Model, random: &mut Random, mut item: Item, next: &mut Number) -> Item {
    let before = upto(model, item.number);
    match random.below(14) {
        0 => item.name = make::name(random, make::fresh(next)),
        1 => item.comment = if item.comment.is_some() && random.chance(50) { None } else { Some(2) },
        2 => {
            let columns: Vec<Number> = model.shown(item.number).iter().map(|it| it.0).collect();
            if item.grants.is_empty() || random.chance(60) {
                item.grants.push(make::grant(random, &columns));
            } else {
                item.grants.remove(random.below(item.grants.len()));
            }
        }
        3 if item.owner.is_some() || matches!(item.what, What::Table(_) | What::Schema) => {
            item.owner = if random.chance(30) { None } else { random.one(ROLES) };
        }
        4 if item.schema.is_some() => {
            item.schema = random.one(&before.all(|it| matches!(it, What::Schema)));
        }
        _ => what(&before, random, &mut item.what, next),
    }
    item
}

/// What stands before an item: all that it may refer to.
fn upto(model: &Model, number: Number) -> Model {
    let items = model.items.iter().take_while(|it| it.number != number).cloned().collect();
    Model { items, ..Model { major: model.major, ..Model::default() } }
}

fn toggle(it: &mut bool) {
    *it = !*it;
}

/// Changes one property.
fn what(before: &Model, random: &mut Random, it: &mut What, next: &mut Number) {
    match it {
        What::Schema | What::Mapping { .. } | What::DefaultGrant { .. } | What::Operator { .. } | What::Exclude { .. } => {}
        What::Enum { labels } => match random.below(3) {
            0 if labels.len() > 1 => {
                labels.remove(random.below(labels.len()));
            }
            1 => labels.insert(random.below(labels.len() + 1), format!("l{}", make::fresh(next))),
            _ => labels.rotate_left(1),
        },
        What::Domain { base, not_null, default, checks } => match random.below(4) {
            0 => toggle(not_null),
            1 => *default = if default.is_some() { None } else { Some(3) },
            2 if !checks.is_empty() => {
                checks.pop();
            }
            3 => *base = random.word(&["integer", "text"]),
            _ => checks.push(u8::try_from(checks.len()).unwrap_or(0)),
        },
        What::Composite { attributes } => match random.below(3) {
            0 if attributes.len() > 1 => {
                attributes.remove(random.below(attributes.len()));
            }
            1 => {
                let at = random.below(attributes.len());
                attributes[at].1 = make::of_type(before, random);
            }
            _ => attributes.push((format!("g{}", make::fresh(next)), make::of_type(before, random))),
        },
        What::Range { of } => *of = random.word(&["bigint", "date", "float8"]),
        What::Sequence { of, increment, cycle, owned } => match random.below(4) {
            0 => *of = if *of == "bigint" { "integer" } else { "bigint" },
            1 => *increment += 1,
            2 => *owned = None,
            _ => toggle(cycle),
        },
        What::Routine(it) => match random.below(3) {
            0 => it.options = random.word(ROUTINE_OPTIONS),
            1 if matches!(it.sort, Sort::Rows(_) | Sort::Atomic(_) | Sort::Procedure) => {
                it.arguments.push((make::of_type(before, random), it.arguments.last().is_some_and(|it| it.1)));
            }
            _ => it.body += 1,
        },
        What::Aggregate { initial, .. } => *initial = if initial.is_some() { None } else { Some(0) },
        What::Cast { implicit, .. } => toggle(implicit),
        What::Table(it) => table(before, random, it, next),
        What::Key { deferrable, .. } | What::ForeignKey { deferrable, .. } => toggle(deferrable),
        What::Check { condition, valid } => {
            if random.chance(50) {
                toggle(valid);
            } else {
                condition.form += 1;
            }
        }
        What::Index { unique, order, condition, columns, .. } => match random.below(4) {
            0 => toggle(unique),
            1 => *condition = None,
            2 => columns.reverse(),
            _ => *order += 1,
        },
        What::View { query, .. } | What::Materialized { query } => match random.below(4) {
            0 if query.columns.len() > 1 => {
                query.columns.remove(random.below(query.columns.len()));
            }
            1 => query.columns.push((make::fresh(next), query.columns[0].1, 1)),
            2 => query.condition = None,
            _ => query.form += 1,
        },
        What::Trigger { when, enabled, condition, .. } => match random.below(3) {
            0 if !when.starts_with("INSTEAD") => *when = random.word(TIMINGS),
            1 => *condition = None,
            _ => *enabled += 1,
        },
        What::Rule { event, .. } => *event = random.word(&["INSERT", "UPDATE", "DELETE"]),
        What::Policy { role, condition, .. } => {
            if random.chance(50) {
                *role = random.one(ROLES);
            } else {
                condition.form += 1;
            }
        }
        What::Statistics { kinds, .. } => *kinds += 1,
        What::Publication { tables, publish, .. } => {
            if random.chance(50) {
                *tables = random.some(&make::tables(before), 3);
            } else {
                *publish += 1;
            }
        }
        What::EventTrigger { event, .. } => *event = random.word(&["ddl_command_end", "sql_drop"]),
        What::Configuration { mapped } => *mapped = random.some(&["asciiword", "word", "int", "email"], 3),
        What::Form { variant, .. } => *variant += 1 + u8::try_from(random.below(4)).unwrap_or(0),
        What::Wrapper { options } | What::Server { options, .. } => *options = make::options(random),
    }
}

fn table(before: &Model, random: &mut Random, it: &mut Table, next: &mut Number) {
    let inherits = matches!(it.shape, Shape::Partition { .. });
    let foreign = matches!(it.shape, Shape::Foreign { .. });
    match random.below(10) {
        0 => it.options = if it.options.is_some() { None } else { random.one(TABLE_OPTIONS) },
        1 => it.security = (it.security + 1) % 4,
        2 if matches!(it.shape, Shape::Plain) => toggle(&mut it.unlogged),
        3 => match &mut it.shape {
            Shape::Partition { bound, .. } => *bound += 1,
            Shape::Child { .. } => it.shape = Shape::Plain,
            _ => {}
        },
        4 if !inherits && it.columns.len() > 1 => {
            it.columns.remove(random.below(it.columns.len()));
        }
        5..=6 if !inherits && !foreign => {
            let others: Vec<Number> = it.columns.iter().map(|it| it.number).collect();
            let at = random.below(it.columns.len() + 1);
            it.columns.insert(at, make::column(before, random, next, &others));
        }
        _ if !it.columns.is_empty() => {
            let key = if let Shape::Partitioned { by, .. } = it.shape { Some(by) } else { None };
            let at = random.below(it.columns.len());
            let others: Vec<Number> =
                it.columns.iter().map(|it| it.number).filter(|other| *other != it.columns[at].number).collect();
            if Some(it.columns[at].number) != key {
                column(before, random, &mut it.columns[at], &others, foreign, next);
            }
        }
        _ => {}
    }
}

fn column(before: &Model, random: &mut Random, it: &mut Column, others: &[Number], foreign: bool, next: &mut Number) {
    match random.below(8) {
        0..=2 => it.of_type = if random.chance(40) { Type::Named("text") } else { make::of_type(before, random) },
        3..=4 if !foreign => it.value = make::value(before, random, others),
        5 => it.name = make::name(random, make::fresh(next)),
        6 => toggle(&mut it.collation),
        _ => toggle(&mut it.not_null),
    }
    it.not_null |= matches!(it.value, super::model::Value::Identity { .. });
}
