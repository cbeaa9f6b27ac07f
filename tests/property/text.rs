//! A model as SQL: one statement after the other, in an order that loads.

use super::forms;
use super::model::{Column, ColumnOf, Item, Model, Number, Query, Routine, Shape, Sort, Table, Type, Value, What};
use super::words::{
    column_name, comment, condition, constant, grant, kind, name, object, qualified, quoted, relation_kind, type_name,
};

/// Every statement that makes the schema.
pub(super) fn statements(model: &Model) -> Vec<String> {
    let mut made = Vec::new();
    let mut last = Vec::new();
    for item in &model.items {
        let late = forms::is_late(item)
            || matches!(item.what, What::DefaultGrant { .. } | What::EventTrigger { .. } | What::Publication { .. });
        let statements = if late { &mut last } else { &mut made };
        let mut created = create(model, item).into_iter();
        let hint = if kind(model, item) == Some("CONSTRAINT") { "" } else { model.hint(item.number, "") };
        statements.extend(created.next().map(|it| format!("{hint}{it}")));
        statements.extend(created);
        statements.extend(properties(model, item));
    }
    made.extend(model.items.iter().filter_map(|it| owned_by(model, it)));
    made.extend(last);
    made
}

/// Owner, comment and grants.
fn properties(model: &Model, item: &Item) -> Vec<String> {
    let mut statements = Vec::new();
    if let Some(object) = forms::commented(model, item) {
        statements.extend(item.comment.map(|it| format!("COMMENT ON {object} IS {}", comment(it))));
    }
    let Some(kind) = kind(model, item) else { return statements };
    let object = object(model, item);
    if let Some(owner) = owner(model, item) {
        statements.push(format!("ALTER {kind} {object} OWNER TO {owner}"));
    }
    statements.extend(item.comment.map(|it| format!("COMMENT ON {kind} {object} IS {}", comment(it))));
    let grants = item.grants.iter().filter(|it| Some(it.role) != owner(model, item));
    statements.extend(grants.filter_map(|it| grant(model, item, it)));
    if let What::Table(table) = &item.what {
        for column in &table.columns {
            let at = format!("{object}.{}", quoted(&column.name));
            statements.extend(column.comment.map(|it| format!("COMMENT ON COLUMN {at} IS {}", comment(it))));
        }
    }
    statements
}

/// Who owns an item; a sequence that is owned by a column goes with its table.
fn owner(model: &Model, item: &Item) -> Option<&'static str> {
    match owning(model, item) {
        Some(table) => owner(model, table),
        None => item.owner.or(Some("prop_c")).filter(|_| can_be_owned(&item.what)),
    }
}

/// Whether an owner is stated: what none is stated for keeps the one it has. A view whose owner may not read its tables could not
/// be read by another.
fn can_be_owned(what: &What) -> bool {
    matches!(
        what,
        What::Schema
            | What::Enum { .. }
            | What::Domain { .. }
            | What::Composite { .. }
            | What::Range { .. }
            | What::Sequence { .. }
            | What::Routine(_)
            | What::Aggregate { .. }
            | What::Table(_)
            | What::Materialized { .. }
            | What::Statistics { .. }
            | What::Configuration { .. }
    )
}

fn owning<'a>(model: &'a Model, item: &Item) -> Option<&'a Item> {
    let What::Sequence { owned: Some(owned), .. } = &item.what else { return None };
    let table = model.get(owned.0).filter(|it| it.schema == item.schema)?;
    let own = model.table(owned.0)?.columns.iter().any(|it| it.number == owned.1);
    own.then_some(table)
}

fn owned_by(model: &Model, item: &Item) -> Option<String> {
    let What::Sequence { owned: Some(owned), .. } = &item.what else { return None };
    let table = owning(model, item)?;
    let column = quoted(&column_name(model, *owned));
    Some(format!("ALTER SEQUENCE {} OWNED BY {}.{column}", object(model, item), qualified(model, table)))
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

fn create(model: &Model, item: &Item) -> Vec<String> {
    let own = object(model, item);
    let short = quoted(&item.name);
    let at = |it: Number| name(model, it);
    let columns = |it: &[ColumnOf]| list(it.iter().map(|it| quoted(&column_name(model, *it))));
    let alter = |it: Number| {
        let hint = model.hint(item.number, "");
        format!("ALTER {} {} ADD {hint}CONSTRAINT {short}", relation_kind(model, it), at(it))
    };
    let deferred = |it: bool| if it { " DEFERRABLE INITIALLY DEFERRED" } else { "" };
    let statement = match &item.what {
        What::Schema => format!("CREATE SCHEMA {own}"),
        What::Enum { labels } => {
            let labels = labels.iter().map(|it| format!("{}'{it}'", model.hint(item.number, it)));
            format!("CREATE TYPE {own} AS ENUM ({})", list(labels))
        }
        What::Domain { base, not_null, default, checks } => {
            let mut text = format!("CREATE DOMAIN {own} AS {base}");
            text += &default.map_or(String::new(), |it| format!(" DEFAULT {}", constant(model, &Type::Named(base), it)));
            text += if *not_null { " NOT NULL" } else { "" };
            let value = if *base == "text" { "length(VALUE)" } else { "VALUE" };
            text + &checks.iter().map(|it| format!(" CONSTRAINT k{it} CHECK ({value} <> {it})")).collect::<String>()
        }
        What::Composite { attributes } => {
            let hint = |it: &str| model.hint(item.number, it);
            let attributes =
                attributes.iter().map(|(name, it)| format!("{}{} {}", hint(name), quoted(name), type_name(model, it)));
            format!("CREATE TYPE {own} AS ({})", list(attributes))
        }
        What::Range { of } => format!("CREATE TYPE {own} AS RANGE (subtype = {of})"),
        What::Sequence { of, increment, cycle, .. } => {
            let cycle = if *cycle { " CYCLE" } else { "" };
            format!("CREATE SEQUENCE {own} AS {of} INCREMENT BY {increment}{cycle}")
        }
        What::Routine(it) => routine(model, item, it),
        What::Aggregate { step, initial } => {
            let initial = initial.map_or(String::new(), |it| format!(", INITCOND = '{it}'"));
            format!("CREATE AGGREGATE {own} (SFUNC = {}, STYPE = integer{initial})", at(*step))
        }
        What::Operator { step } => {
            let operator = own.split(" (").next().unwrap_or_default();
            format!("CREATE OPERATOR {operator} (FUNCTION = {}, LEFTARG = integer, RIGHTARG = integer)", at(*step))
        }
        What::Cast { implicit, .. } => {
            format!("CREATE CAST {own} WITH INOUT{}", if *implicit { " AS ASSIGNMENT" } else { "" })
        }
        What::Table(it) => return table(model, item, it),
        What::Key { columns: of, primary, deferrable } => {
            let word = if *primary { "PRIMARY KEY" } else { "UNIQUE" };
            format!("{} {word} ({}){}", alter(of[0].0), columns(of), deferred(*deferrable))
        }
        What::Check { condition: it, valid } => {
            let valid = if *valid { "" } else { " NOT VALID" };
            format!("{} CHECK ({}){valid}", alter(it.column.0), condition(model, it, "", true))
        }
        What::ForeignKey { column, key, action, deferrable } => {
            let Some(What::Key { columns: of, .. }) = model.get(*key).map(|it| &it.what) else { return Vec::new() };
            let target = format!("{} ({})", at(of[0].0), columns(of));
            let head = format!("{} FOREIGN KEY ({}) REFERENCES {target}", alter(column.0), columns(&[*column]));
            format!("{head} ON DELETE {action}{}", deferred(*deferrable))
        }
        What::Exclude { column } => format!("{} EXCLUDE USING gist ({} WITH &&)", alter(column.0), columns(&[*column])),
        What::Index { .. } => index(model, item),
        What::View { query: it, option } => {
            let option = option.map_or(String::new(), |it| format!(" WITH ({it})"));
            format!("CREATE VIEW {own}{option} AS {}", query(model, it))
        }
        What::Materialized { query: it } => format!("CREATE MATERIALIZED VIEW {own} AS {}", query(model, it)),
        What::Trigger { .. } => return trigger(model, item),
        What::Rule { table, event } => format!("CREATE RULE {short} AS ON {event} TO {} DO INSTEAD NOTHING", at(*table)),
        What::Policy { table, command, role, condition: it } => {
            let word = if *command == "INSERT" { "WITH CHECK" } else { "USING" };
            let to = role.unwrap_or("PUBLIC");
            format!("CREATE POLICY {short} ON {} FOR {command} TO {to} {word} ({})", at(*table), condition(model, it, "", true))
        }
        What::Statistics { columns: of, kinds } => {
            let kinds = ["", " (ndistinct)", " (dependencies, mcv)"][usize::from(kinds % 3)];
            format!("CREATE STATISTICS {own}{kinds} ON {} FROM {}", columns(of), at(of[0].0))
        }
        What::Publication { tables, all, publish } => {
            let publish = ["", " WITH (publish = 'insert')", " WITH (publish = 'insert, delete')"][usize::from(publish % 3)];
            match (all, tables.is_empty()) {
                (true, _) => format!("CREATE PUBLICATION {own} FOR ALL TABLES{publish}"),
                (_, true) => format!("CREATE PUBLICATION {own}{publish}"),
                _ => format!("CREATE PUBLICATION {own} FOR TABLE {}{publish}", list(tables.iter().map(|it| at(*it)))),
            }
        }
        What::EventTrigger { routine, event } => {
            format!("CREATE EVENT TRIGGER {own} ON {event} EXECUTE FUNCTION {}()", at(*routine))
        }
        What::Configuration { mapped } => {
            let mut made = vec![format!("CREATE TEXT SEARCH CONFIGURATION {own} (PARSER = pg_catalog.\"default\")")];
            made.extend(
                mapped.iter().map(|it| format!("ALTER TEXT SEARCH CONFIGURATION {own} ADD MAPPING FOR {it} WITH simple")),
            );
            return made;
        }
        What::Form { .. } => return forms::statements(model, item),
        What::Wrapper { options: it } => format!("CREATE FOREIGN DATA WRAPPER {own}{}", options(it)),
        What::Server { wrapper, options: it } => {
            format!("CREATE SERVER {own} FOREIGN DATA WRAPPER {}{}", at(*wrapper), options(it))
        }
        What::Mapping { server, role, option } => {
            format!("CREATE USER MAPPING FOR {role} SERVER {} OPTIONS (user 'u{option}')", at(*server))
        }
        What::DefaultGrant { role, within, on, to } => {
            let role = role.map_or(String::new(), |it| format!(" FOR ROLE {it}"));
            let within = within.map_or(String::new(), |it| format!(" IN SCHEMA {}", at(it)));
            format!("ALTER DEFAULT PRIVILEGES{role}{within} GRANT {on} TO {to}")
        }
    };
    vec![statement]
}

fn options(options: &[(String, u8)]) -> String {
    let options = list(options.iter().map(|(name, value)| format!("{name} 'v{value}'")));
    if options.is_empty() { options } else { format!(" OPTIONS ({options})") }
}

fn routine(model: &Model, item: &Item, it: &Routine) -> String {
    let default = |it: &(Type, bool)| if it.1 { " DEFAULT NULL" } else { "" };
    let mut arguments =
        it.arguments.iter().enumerate().map(|(at, it)| format!("a{at} {}{}", type_name(model, &it.0), default(it)));
    let given = list(arguments.by_ref());
    let own = name(model, item.number);
    let set = it.set.map_or(String::new(), |it| format!(" SET {it}"));
    let tail = format!("{}{set}", it.options);
    let n = it.body;
    match &it.sort {
        Sort::Number if n.is_multiple_of(2) => {
            format!(
                "CREATE FUNCTION {own}(a integer DEFAULT {n}) RETURNS integer LANGUAGE sql IMMUTABLE{set} AS $$ SELECT a + {n} $$"
            )
        }
        Sort::Number => {
            let body = format!("BEGIN RETURN a * {n}; END");
            format!("CREATE FUNCTION {own}(a integer DEFAULT 1) RETURNS integer LANGUAGE plpgsql IMMUTABLE{set} AS $$ {body} $$")
        }
        Sort::Rows(of) => {
            let of = name(model, *of);
            format!("CREATE FUNCTION {own}({given}) RETURNS SETOF {of} LANGUAGE sql STABLE{tail} AS $$ SELECT * FROM {of} $$")
        }
        Sort::Atomic(of) => {
            let column = model.shown(*of).first().map_or("1".to_owned(), |it| quoted(&it.1));
            let query = format!("SELECT count({column}) FROM {}", name(model, *of));
            format!("CREATE FUNCTION {own}({given}) RETURNS bigint LANGUAGE sql{tail} BEGIN ATOMIC {query}; END")
        }
        Sort::Trigger => {
            format!("CREATE FUNCTION {own}() RETURNS trigger LANGUAGE plpgsql{tail} AS $$ BEGIN /* {n} */ RETURN NEW; END $$")
        }
        Sort::EventTrigger => {
            format!("CREATE FUNCTION {own}() RETURNS event_trigger LANGUAGE plpgsql{tail} AS $$ BEGIN /* {n} */ END $$")
        }
        Sort::Procedure => format!("CREATE PROCEDURE {own}({given}) LANGUAGE plpgsql{set} AS $$ BEGIN /* {n} */ END $$"),
        Sort::Step => {
            let head = format!("CREATE FUNCTION {own}(a integer, b integer) RETURNS integer LANGUAGE sql IMMUTABLE");
            format!("{head} AS $$ SELECT a + b + {n} $$")
        }
    }
}

fn column(model: &Model, it: &Column) -> String {
    let hint = model.hint(it.number, "");
    let mut text = format!("{hint}{} {}", quoted(&it.name), type_name(model, &it.of_type));
    let letters = matches!(it.of_type, Type::Named("text" | "varchar(20)"));
    text += if it.collation && letters { " COLLATE \"C\"" } else { "" };
    let number = matches!(it.of_type, Type::Named("integer" | "bigint"));
    match it.value {
        Value::Constant(n) => text += &format!(" DEFAULT {}", constant(model, &it.of_type, n)),
        Value::Call(call) if number => text += &format!(" DEFAULT {}(1)", name(model, call)),
        Value::Next(next) if number => text += &format!(" DEFAULT nextval('{}')", name(model, next)),
        Value::Identity { always, increment } if number => {
            let always = if always { "ALWAYS" } else { "BY DEFAULT" };
            text += &format!(" GENERATED {always} AS IDENTITY (INCREMENT BY {increment})");
        }
        Value::Generated(of) => {
            let of = format!("{} IS NULL", quoted(&own_name(model, of)));
            let expression = match it.of_type {
                Type::Named("boolean") => Some(of),
                Type::Named("integer" | "bigint") => Some(format!("CASE WHEN {of} THEN 1 ELSE 2 END")),
                Type::Named("text") => Some(format!("CASE WHEN {of} THEN 'a' ELSE 'b' END")),
                _ => None,
            };
            text += &expression.map_or(String::new(), |it| format!(" GENERATED ALWAYS AS ({it}) STORED"));
        }
        _ => {}
    }
    text + if it.not_null { " NOT NULL" } else { "" }
}

fn own_name(model: &Model, number: Number) -> String {
    let tables = model.items.iter().filter_map(|it| if let What::Table(it) = &it.what { Some(it) } else { None });
    tables.flat_map(|it| &it.columns).find(|it| it.number == number).map(|it| it.name.clone()).unwrap_or_default()
}

fn table(model: &Model, item: &Item, it: &Table) -> Vec<String> {
    let own = qualified(model, item);
    let columns = list(it.columns.iter().map(|it| column(model, it)));
    let unlogged = if it.unlogged { "UNLOGGED " } else { "" };
    let plain = !matches!(it.shape, Shape::Partitioned { .. } | Shape::Foreign { .. });
    let options = it.options.filter(|_| plain).map_or(String::new(), |it| format!(" WITH ({it})"));
    let mut made = vec![match &it.shape {
        Shape::Plain => format!("CREATE {unlogged}TABLE {own} ({columns}){options}"),
        Shape::Child { parent } => {
            format!("CREATE {unlogged}TABLE {own} ({columns}) INHERITS ({}){options}", name(model, *parent))
        }
        Shape::Partitioned { by, strategy } => {
            format!("CREATE TABLE {own} ({columns}) PARTITION BY {strategy} ({})", quoted(&own_name(model, *by)))
        }
        Shape::Partition { parent, bound } => {
            let bound = bound % 8;
            let strategy = match model.table(*parent).map(|it| &it.shape) {
                Some(Shape::Partitioned { strategy, .. }) => strategy,
                _ => "",
            };
            let bound = match strategy {
                "HASH" => format!("WITH (MODULUS 8, REMAINDER {bound})"),
                "LIST" => format!("IN ({bound})"),
                _ => format!("FROM ({}) TO ({})", i32::from(bound) * 10, i32::from(bound) * 10 + 10),
            };
            format!("CREATE TABLE {own} PARTITION OF {} FOR VALUES {bound}{options}", name(model, *parent))
        }
        Shape::Foreign { server } => format!("CREATE FOREIGN TABLE {own} ({columns}) SERVER {}", name(model, *server)),
    }];
    if !matches!(it.shape, Shape::Foreign { .. }) {
        for (bit, word) in [(1, "ENABLE"), (2, "FORCE")] {
            made.extend((it.security & bit > 0).then(|| format!("ALTER TABLE {own} {word} ROW LEVEL SECURITY")));
        }
    }
    for column in &it.columns {
        let long = matches!(column.of_type, Type::Named("text" | "jsonb"));
        let setting = column.settings.filter(|it| long || !it.contains("STORAGE"));
        let head = format!("ALTER {} {own} ALTER COLUMN {}", relation_kind(model, item.number), quoted(&column.name));
        made.extend(setting.filter(|_| plain).map(|it| format!("{head} {it}")));
    }
    made
}

fn index(model: &Model, item: &Item) -> String {
    let What::Index { columns, unique, method, order, condition: only, call } = &item.what else { return String::new() };
    let unique = if *unique { "UNIQUE " } else { "" };
    let order = if *method == "btree" { ["", " DESC", " NULLS FIRST", " DESC NULLS LAST"][usize::from(order % 4)] } else { "" };
    let taken = if *method == "btree" { columns.len() } else { 1 };
    let mut keys: Vec<String> =
        columns.iter().take(taken).map(|it| format!("{}{order}", quoted(&column_name(model, *it)))).collect();
    if *method == "btree" {
        keys.extend(call.map(|it| format!("({}(1))", name(model, it))));
    }
    let only = only.as_ref().map_or(String::new(), |it| format!(" WHERE {}", condition(model, it, "", false)));
    let (short, table) = (quoted(&item.name), name(model, columns[0].0));
    format!("CREATE {unique}INDEX {short} ON {table} USING {method} ({}){only}", keys.join(", "))
}

fn trigger(model: &Model, item: &Item) -> Vec<String> {
    let What::Trigger { table, routine, when, of, condition: only, enabled } = &item.what else { return Vec::new() };
    let of = of.filter(|_| when.ends_with("UPDATE") && !when.starts_with("INSTEAD"));
    let of = of.map_or(String::new(), |it| format!(" OF {}", quoted(&column_name(model, it))));
    let only = only.as_ref().filter(|_| *when == "AFTER INSERT" || *when == "AFTER UPDATE");
    let only = only.map_or(String::new(), |it| format!(" WHEN ({})", condition(model, it, "NEW.", true)));
    let (short, at) = (quoted(&item.name), name(model, *table));
    let call = format!("FOR EACH ROW{only} EXECUTE FUNCTION {}('x')", name(model, *routine));
    let mut made = vec![format!("CREATE TRIGGER {short} {when}{of} ON {at} {call}")];
    let word = ["", "DISABLE", "ENABLE ALWAYS"][usize::from(enabled % 3)];
    if !word.is_empty() && model.table(*table).is_some() {
        made.push(format!("ALTER {} {at} {word} TRIGGER {short}", relation_kind(model, *table)));
    }
    made
}

fn query(model: &Model, it: &Query) -> String {
    let at = |column: &ColumnOf| {
        let alias = if Some(column.0) == it.joined { "b" } else { "a" };
        format!("{alias}.{}", quoted(&column_name(model, *column)))
    };
    let shown = |(number, column, form): &(Number, ColumnOf, u8)| {
        let column = at(column);
        let value = match form % 5 {
            1 => format!("({column} IS NULL)"),
            2 => format!("({column})::text"),
            3 => format!("coalesce({column}, {column})"),
            4 => format!("CASE WHEN {column} IS NULL THEN NULL::integer END"),
            _ => column,
        };
        format!("{value} AS v{number}")
    };
    let join = it.joined.map_or(String::new(), |it| format!(" LEFT JOIN {} b ON true", name(model, it)));
    let only = it.condition.as_ref().map_or(String::new(), |found| {
        let alias = if Some(found.column.0) == it.joined { "b." } else { "a." };
        format!(" WHERE {}", condition(model, found, alias, true))
    });
    let columns = list(it.columns.iter().map(shown));
    let from = format!("FROM {} a{join}{only}", name(model, it.source));
    match it.form % 5 {
        1 => format!("SELECT DISTINCT {columns} {from}"),
        2 => format!("SELECT {columns} {from} UNION ALL SELECT {columns} {from}"),
        3 => format!("WITH w AS (SELECT {columns} {from}) SELECT * FROM w"),
        4 => format!("SELECT * FROM (SELECT {columns} {from}) w"),
        _ => format!("SELECT {columns} {from}"),
    }
}
