//! A schema as a structure, so that a random edit of a valid one is a valid one.
//!
//! Everything is referred to by number; what refers to something that is gone goes too.

use std::collections::{BTreeMap, BTreeSet};

/// The number of an item or a column.
pub(super) type Number = u32;

/// A column of a relation that has it: by itself or by inheritance.
pub(super) type ColumnOf = (Number, Number);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Type {
    /// A built-in type in PostgreSQL's words.
    Named(&'static str),
    /// An enum, a domain, a composite or a range of the schema.
    Item(Number),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) number: Number,
    pub(super) name: String,
    pub(super) schema: Option<Number>,
    pub(super) owner: Option<&'static str>,
    pub(super) comment: Option<u8>,
    pub(super) grants: Vec<Grant>,
    pub(super) what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) role: &'static str,
    pub(super) privilege: usize,
    pub(super) option: bool,
    pub(super) column: Option<Number>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) number: Number,
    pub(super) name: String,
    pub(super) of_type: Type,
    pub(super) not_null: bool,
    pub(super) value: Value,
    pub(super) collation: bool,
    pub(super) settings: Option<&'static str>,
    pub(super) comment: Option<u8>,
}

/// What a column holds when nothing is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Nothing,
    Constant(u8),
    Call(Number),
    Next(Number),
    Identity { always: bool, increment: u8 },
    Generated(Number),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    Plain,
    Partitioned { by: Number, strategy: &'static str },
    Partition { parent: Number, bound: u8 },
    Child { parent: Number },
    Foreign { server: Number },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) shape: Shape,
    pub(super) columns: Vec<Column>,
    pub(super) unlogged: bool,
    pub(super) options: Option<&'static str>,
    pub(super) security: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) column: ColumnOf,
    pub(super) form: u8,
    pub(super) call: Option<Number>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Routine {
    pub(super) sort: Sort,
    pub(super) arguments: Vec<(Type, bool)>,
    pub(super) options: &'static str,
    pub(super) set: Option<&'static str>,
    pub(super) body: u8,
}

/// What a routine is good for; it decides its result and its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sort {
    /// `integer` from `integer`, immutable: for expressions.
    Number,
    /// Any arguments, a table as result type.
    Rows(Number),
    /// A body in SQL that is bound when it is made.
    Atomic(Number),
    Trigger,
    EventTrigger,
    Procedure,
    /// `integer` from two `integer`: for aggregates and operators.
    Step,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Query {
    /// The number of each column, what it shows and in which form.
    pub(super) columns: Vec<(Number, ColumnOf, u8)>,
    pub(super) source: Number,
    pub(super) joined: Option<Number>,
    pub(super) condition: Option<Condition>,
    pub(super) form: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Schema,
    Enum {
        labels: Vec<String>,
    },
    Domain {
        base: &'static str,
        not_null: bool,
        default: Option<u8>,
        checks: Vec<u8>,
    },
    Composite {
        attributes: Vec<(String, Type)>,
    },
    Range {
        of: &'static str,
    },
    Sequence {
        of: &'static str,
        increment: u8,
        cycle: bool,
        owned: Option<ColumnOf>,
    },
    Routine(Routine),
    Aggregate {
        step: Number,
        initial: Option<u8>,
    },
    Operator {
        step: Number,
    },
    Cast {
        from: Number,
        implicit: bool,
    },
    Table(Table),
    Key {
        columns: Vec<ColumnOf>,
        primary: bool,
        deferrable: bool,
    },
    Check {
        condition: Condition,
        valid: bool,
    },
    ForeignKey {
        column: ColumnOf,
        key: Number,
        action: &'static str,
        deferrable: bool,
    },
    Exclude {
        column: ColumnOf,
    },
    Index {
        columns: Vec<ColumnOf>,
        unique: bool,
        method: &'static str,
        order: u8,
        condition: Option<Condition>,
        call: Option<Number>,
    },
    View {
        query: Query,
        option: Option<&'static str>,
    },
    Materialized {
        query: Query,
    },
    Trigger {
        table: Number,
        routine: Number,
        when: &'static str,
        of: Option<ColumnOf>,
        condition: Option<Condition>,
        enabled: u8,
    },
    Rule {
        table: Number,
        event: &'static str,
    },
    Policy {
        table: Number,
        command: &'static str,
        role: Option<&'static str>,
        condition: Condition,
    },
    Statistics {
        columns: Vec<ColumnOf>,
        kinds: u8,
    },
    Publication {
        tables: Vec<Number>,
        all: bool,
        publish: u8,
    },
    EventTrigger {
        routine: Number,
        event: &'static str,
    },
    Configuration {
        mapped: Vec<&'static str>,
    },
    Wrapper {
        options: Vec<(String, u8)>,
    },
    Server {
        wrapper: Number,
        options: Vec<(String, u8)>,
    },
    Mapping {
        server: Number,
        role: &'static str,
        option: u8,
    },
    /// One of the forms, in one of its variants.
    Form {
        form: usize,
        variant: u8,
        at: Option<ColumnOf>,
        uses: Option<Number>,
    },
    DefaultGrant {
        role: Option<&'static str>,
        within: Option<Number>,
        on: &'static str,
        to: &'static str,
    },
}

#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    /// The server's version.
    pub(super) major: u32,
    /// In an order in which they can be made.
    pub(super) items: Vec<Item>,
    /// The hints above an item or a column, or above a part of an item.
    pub(super) said: BTreeMap<(Number, String), String>,
}

impl Model {
    /// The hint above an item or a column, or above a part of an item.
    pub(super) fn hint(&self, number: Number, part: &str) -> &str {
        self.said.get(&(number, part.to_owned())).map_or("", String::as_str)
    }

    pub(super) fn get(&self, number: Number) -> Option<&Item> {
        self.items.iter().find(|it| it.number == number)
    }

    pub(super) fn table(&self, number: Number) -> Option<&Table> {
        match &self.get(number)?.what {
            What::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The numbers of everything that holds for `test`.
    pub(super) fn all(&self, test: impl Fn(&What) -> bool) -> Vec<Number> {
        self.items.iter().filter(|it| test(&it.what)).map(|it| it.number).collect()
    }

    /// The columns of a table, the inherited ones first.
    pub(super) fn columns(&self, table: Number) -> Vec<&Column> {
        let Some(it) = self.table(table) else { return Vec::new() };
        let inherited = match it.shape {
            Shape::Partition { parent, .. } | Shape::Child { parent } => self.columns(parent),
            _ => Vec::new(),
        };
        inherited.into_iter().chain(&it.columns).collect()
    }

    /// The numbers and names of what can be selected from a relation.
    pub(super) fn shown(&self, relation: Number) -> Vec<(Number, String)> {
        match self.get(relation).map(|it| &it.what) {
            Some(What::Table(_)) => self.columns(relation).iter().map(|it| (it.number, it.name.clone())).collect(),
            Some(What::View { query, .. } | What::Materialized { query }) => {
                query.columns.iter().map(|it| (it.0, format!("v{}", it.0))).collect()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn column(&self, (table, column): ColumnOf) -> Option<&Column> {
        self.columns(table).into_iter().find(|it| it.number == column)
    }

    pub(super) fn has(&self, (relation, column): ColumnOf) -> bool {
        self.shown(relation).iter().any(|it| it.0 == column)
    }

    /// Everything that depends on `item`, by itself and by others.
    pub(super) fn dependents(&self, item: Number) -> BTreeSet<Number> {
        let mut without = self.clone();
        without.items.retain(|it| it.number != item);
        super::valid::prune(&mut without);
        self.items.iter().map(|it| it.number).filter(|it| without.get(*it).is_none()).collect()
    }
}
