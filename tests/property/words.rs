//! The words that statements about a model are made of: names, types, expressions.

use super::model::{ColumnOf, Condition, Grant, Item, Model, Number, Shape, Sort, Type, What};

pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// An item's name with its schema.
pub(super) fn qualified(model: &Model, item: &Item) -> String {
    match item.schema {
        Some(schema) => format!("{}.{}", name(model, schema), quoted(&item.name)),
        None => quoted(&item.name),
    }
}

/// The same by number.
pub(super) fn name(model: &Model, number: Number) -> String {
    model.get(number).map(|it| qualified(model, it)).unwrap_or_default()
}

pub(super) fn type_name(model: &Model, of_type: &Type) -> String {
    match of_type {
        Type::Named(it) => (*it).to_owned(),
        Type::Item(it) => name(model, *it),
    }
}

pub(super) fn column_name(model: &Model, (relation, column): ColumnOf) -> String {
    model.shown(relation).into_iter().find(|it| it.0 == column).map(|it| it.1).unwrap_or_default()
}

pub(super) fn comment(number: u8) -> String {
    format!("'what it''s for, {number}'")
}

/// `TABLE`, `VIEW` and so on, as `ALTER` wants it.
pub(super) fn relation_kind(model: &Model, number: Number) -> &'static str {
    match model.get(number).map(|it| &it.what) {
        Some(What::Table(it)) if matches!(it.shape, Shape::Foreign { .. }) => "FOREIGN TABLE",
        Some(What::View { .. }) => "VIEW",
        Some(What::Materialized { .. }) => "MATERIALIZED VIEW",
        _ => "TABLE",
    }
}

/// The word for an item in `COMMENT ON` and `ALTER … OWNER TO`; none for what has neither.
pub(super) fn kind(model: &Model, item: &Item) -> Option<&'static str> {
    Some(match &item.what {
        What::Schema => "SCHEMA",
        What::Enum { .. } | What::Composite { .. } | What::Range { .. } => "TYPE",
        What::Domain { .. } => "DOMAIN",
        What::Sequence { .. } => "SEQUENCE",
        What::Routine(it) if it.sort == Sort::Procedure => "PROCEDURE",
        What::Routine(_) => "FUNCTION",
        What::Aggregate { .. } => "AGGREGATE",
        What::Operator { .. } => "OPERATOR",
        What::Cast { .. } => "CAST",
        What::Table(_) | What::View { .. } | What::Materialized { .. } => relation_kind(model, item.number),
        What::Key { .. } | What::Check { .. } | What::ForeignKey { .. } | What::Exclude { .. } => "CONSTRAINT",
        What::Index { .. } => "INDEX",
        What::Trigger { .. } => "TRIGGER",
        What::Rule { .. } => "RULE",
        What::Policy { .. } => "POLICY",
        What::Statistics { .. } => "STATISTICS",
        What::Publication { .. } => "PUBLICATION",
        What::EventTrigger { .. } => "EVENT TRIGGER",
        What::Configuration { .. } => "TEXT SEARCH CONFIGURATION",
        What::Wrapper { .. } => "FOREIGN DATA WRAPPER",
        What::Server { .. } => "SERVER",
        What::Mapping { .. } | What::DefaultGrant { .. } | What::Form { .. } => return None,
    })
}

/// An item as `COMMENT ON` names it.
pub(super) fn object(model: &Model, item: &Item) -> String {
    let on = |table: Number| format!("{} ON {}", quoted(&item.name), name(model, table));
    match &item.what {
        What::Routine(it) => format!("{}({})", qualified(model, item), arguments(model, &it.sort, &it.arguments)),
        What::Aggregate { .. } => format!("{}(integer)", qualified(model, item)),
        What::Operator { .. } => {
            let symbol: String = format!("{:b}", item.number).chars().map(|it| if it == '1' { '#' } else { '&' }).collect();
            format!("{}.{symbol} (integer, integer)", name(model, item.schema.unwrap_or_default()))
        }
        What::Cast { from, .. } => format!("({} AS integer)", name(model, *from)),
        What::Key { columns, .. } => on(columns[0].0),
        What::Check { condition, .. } => on(condition.column.0),
        What::ForeignKey { column, .. } | What::Exclude { column } => on(column.0),
        What::Index { columns, .. } => {
            let schema = model.get(columns[0].0).and_then(|it| it.schema).unwrap_or_default();
            format!("{}.{}", name(model, schema), quoted(&item.name))
        }
        What::Trigger { table, .. } | What::Rule { table, .. } | What::Policy { table, .. } => on(*table),
        _ => qualified(model, item),
    }
}

fn arguments(model: &Model, sort: &Sort, given: &[(Type, bool)]) -> String {
    match sort {
        Sort::Number => "integer".to_owned(),
        Sort::Step => "integer, integer".to_owned(),
        Sort::Trigger | Sort::EventTrigger => String::new(),
        _ => given.iter().map(|it| type_name(model, &it.0)).collect::<Vec<_>>().join(", "),
    }
}

/// The statement that grants; none for what is not granted.
pub(super) fn grant(model: &Model, item: &Item, grant: &Grant) -> Option<String> {
    let (on, all): (&str, &[&str]) = match &item.what {
        What::Schema => ("SCHEMA", &["USAGE", "CREATE", "ALL"]),
        What::Enum { .. } | What::Domain { .. } | What::Composite { .. } | What::Range { .. } => ("TYPE", &["USAGE"]),
        What::Sequence { .. } => ("SEQUENCE", &["USAGE", "SELECT", "ALL"]),
        What::Routine(it) if it.sort == Sort::Procedure => ("PROCEDURE", &["EXECUTE"]),
        What::Routine(_) | What::Aggregate { .. } => ("FUNCTION", &["EXECUTE"]),
        What::Table(_) | What::View { .. } | What::Materialized { .. } => {
            ("TABLE", &["SELECT", "INSERT", "UPDATE", "DELETE", "ALL"])
        }
        What::Wrapper { .. } => ("FOREIGN DATA WRAPPER", &["USAGE"]),
        What::Server { .. } => ("FOREIGN SERVER", &["USAGE"]),
        _ => return None,
    };
    let object = object(model, item);
    if on == "PROCEDURE" && grant.role == "PUBLIC" {
        return Some(format!("REVOKE ALL ON PROCEDURE {object} FROM PUBLIC"));
    }
    let option = if grant.option && grant.role != "PUBLIC" { " WITH GRANT OPTION" } else { "" };
    let privilege = match grant.column {
        Some(column) => format!("{} ({})", all[grant.privilege % 3], quoted(&column_name(model, (item.number, column)))),
        None => all[grant.privilege % all.len()].to_owned(),
    };
    Some(format!("GRANT {privilege} ON {on} {object} TO {}{option}", grant.role))
}

/// A value of a type.
pub(super) fn constant(model: &Model, of_type: &Type, n: u8) -> String {
    match of_type {
        Type::Named(it) => match *it {
            "integer" | "bigint" | "numeric(10,2)" => n.to_string(),
            "boolean" => n.is_multiple_of(2).to_string(),
            "timestamptz" => "now()".to_owned(),
            "date" => format!("'2020-01-{:02}'", n % 28 + 1),
            "jsonb" => format!("'{{\"a\": {n}}}'"),
            "uuid" => "gen_random_uuid()".to_owned(),
            "integer[]" => format!("'{{{n}}}'"),
            "int4range" => "'empty'".to_owned(),
            _ => format!("'v{n}'"),
        },
        Type::Item(it) => match model.get(*it).map(|it| &it.what) {
            Some(What::Enum { labels }) => format!("'{}'", labels[usize::from(n) % labels.len()]),
            Some(What::Domain { base, .. }) => constant(model, &Type::Named(base), n),
            Some(What::Range { .. }) => "'empty'".to_owned(),
            _ => "NULL".to_owned(),
        },
    }
}

/// A condition on a column; some forms only where they need not be immutable.
pub(super) fn condition(model: &Model, it: &Condition, before: &str, any: bool) -> String {
    let column = format!("{before}{}", quoted(&column_name(model, it.column)));
    let of_type = model.column(it.column).map(|it| it.of_type.clone());
    let condition = match (it.form % 6, of_type) {
        (1, _) => format!("{column} = {column}"),
        (2, _) => format!("coalesce({column}, {column}) IS NOT NULL"),
        (3, _) if any => format!("length(({column})::text) < 100"),
        (4, Some(Type::Named("text" | "varchar(20)"))) => format!("{column} IN ('a', 'b', 'it''s')"),
        (4, Some(Type::Named("integer" | "bigint" | "numeric(10,2)"))) => format!("{column} BETWEEN 1 AND 10"),
        (4, Some(Type::Item(of))) => match model.get(of).map(|it| &it.what) {
            Some(What::Enum { labels }) => format!("{column} <> '{}'", labels[0]),
            _ => format!("{column} IS NULL"),
        },
        (5, _) => format!("{column} IS DISTINCT FROM {column}"),
        _ => format!("{column} IS NOT NULL"),
    };
    match it.call {
        Some(call) => format!("({condition}) AND {}(1) > 0", name(model, call)),
        None => condition,
    }
}
