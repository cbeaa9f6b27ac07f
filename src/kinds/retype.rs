//! How the values of a column are carried from one type to another, and for which of them that is no way back.

use super::relabelled::Relabelled;
use super::{Context, Conversion, Takes, Texts, Tried, Verb, data_check};
use crate::catalog::{Catalog, Id, Object};
use crate::error::{Error, Exit, Result};
use crate::sql;

/// Kinds that PostgreSQL rebuilds by itself when a column's type changes, or that do not look at it.
pub(super) const SURVIVORS: &[&str] = &[
    "constraint",
    "foreign_key",
    "index",
    "index_partition",
    "not_null",
    "statistics",
    "comment",
    "grant",
    "column_settings",
    "owned_by",
    "security_label",
    "replica_identity",
    "identity",
    "cluster_mark",
    "partition",
];

/// A type of a column.
pub(super) struct Type<'a> {
    /// With its modifier: `numeric(10,2)`.
    pub(super) name: &'a str,
    /// Without it.
    pub(super) base: &'a str,
    /// `pg_type.typcategory`
    pub(super) category: char,
}

/// What leads from one type to another.
enum Way {
    /// Assignment does it.
    Assigned,
    /// A cast that must be said.
    Cast,
    /// Two casts, by way of a type that both have one with.
    Through(String),
    /// Only by the text of the value.
    Text,
}

fn way(source: &Type<'_>, target: &Type<'_>, context: &Context<'_>) -> Way {
    let whole = match [source.base, target.base] {
        [source, target] if source == target => (source.to_owned(), target.to_owned()),
        types => types.map(|it| ground(it, context)).into(),
    };
    let element = |it: &str| it.strip_suffix("[]").map(str::to_owned);
    let pair = element(&whole.0).zip(element(&whole.1)).unwrap_or(whole);
    // A cast of its own comes before the way by text: in 14 `"char"` is a string.
    let to_text = target.category == 'S' && source.category != 'A' && !context.server.casts.contains(&pair);
    if pair.0 == pair.1 || context.server.assignment_casts.contains(&pair) || to_text {
        Way::Assigned
    } else if context.server.casts.contains(&pair) || source.category == 'S' {
        Way::Cast
    } else {
        through(&pair, [source, target], context).map_or(Way::Text, Way::Through)
    }
}

/// The type of PostgreSQL's own that a domain stands on, without modifiers, and that of an array of it: casts are those of that. Any
/// other type is that itself, as one of the same name may be another afterwards.
fn ground(name: &str, context: &Context<'_>) -> String {
    if let Some(element) = name.strip_suffix("[]") {
        return format!("{}[]", ground(element, context));
    }
    const OTHERS: &[&str] = &["enum_type", "composite_type", "range_type", "base_type"];
    let is_other = |domain: &Object, state: &Catalog| OTHERS.iter().any(|it| state.get(&Id::new(it, &domain.id.path)).is_some());
    let (before, after) = (domain(name, context.from), domain(name, context.to));
    let (old, new) = (before.and_then(base), after.and_then(base));
    let is_one = !before.is_some_and(|it| is_other(it, context.to)) && !after.is_some_and(|it| is_other(it, context.from));
    let agree = is_one && (old.is_none() || new.is_none() || old == new);
    let Some(base) = old.or(new).filter(|it| agree && !it.contains('"')) else { return name.to_owned() };
    let modifier = base.split_once('(').and_then(|(before, rest)| Some((before, rest.split_once(')')?.1)));
    let ground = ground(&modifier.map_or_else(|| base.clone(), |(before, after)| format!("{before}{after}")), context);
    if ground.contains('.') { name.to_owned() } else { ground }
}

/// A value in a type that is made anew under its name, by its text.
pub(super) fn carried(value: &str, of: &str, context: &Context<'_>) -> String {
    let brackets = if of.ends_with("[]") { "[]" } else { "" };
    format!("{}{brackets}::{of}", by_text(value, of, of, context))
}

/// The text of a value by which another type reads it: that of a whole number has no zeros behind a point.
fn by_text(value: &str, source: &str, target: &str, context: &Context<'_>) -> String {
    let whole = ["smallint", "integer", "bigint"];
    if foundation(source, context.from).starts_with("numeric") && whole.contains(&foundation(target, context.to).as_str()) {
        return format!("trim_scale({value}::numeric)::text");
    }
    format!("{value}::text")
}

/// What a domain stands on in a state, through others.
fn foundation(name: &str, state: &Catalog) -> String {
    std::iter::successors(Some(name.to_owned()), |it| domain(it, state).and_then(base)).last().unwrap_or_default()
}

fn domain<'a>(name: &str, state: &'a Catalog) -> Option<&'a Object> {
    state.of_kind("domain").find(|it| sql::path(&it.id.path) == name)
}

/// The type that a domain stands on, with its modifier.
fn base(domain: &Object) -> Option<String> {
    domain.attrs.get("type")?.as_str().map(str::to_owned)
}

/// The number between two types of which one is a truth value or money: as text neither reads the other.
fn through(pair: &(String, String), types: [&Type<'_>; 2], context: &Context<'_>) -> Option<String> {
    let cast = |source: &str, target: &str| context.server.casts.contains(&(source.to_owned(), target.to_owned()));
    let is_one = [&pair.0, &pair.1].iter().any(|it| matches!(it.as_str(), "boolean" | "money"));
    let number = ["integer", "numeric"].into_iter().find(|it| is_one && cast(&pair.0, it) && cast(it, &pair.1))?;
    let brackets = if types[0].base.ends_with("[]") { "[]" } else { "" };
    Some(format!("{number}{brackets}"))
}

/// The conversion to spell out where assignment alone does not convert. Never an explicit cast where assignment does: a cast to
/// `varchar(5)` truncates in silence, an assignment fails.
pub(super) fn using(column: &str, source: &Type<'_>, target: &Type<'_>, context: &Context<'_>) -> String {
    match way(source, target, context) {
        Way::Assigned => String::new(),
        Way::Cast => format!(" USING {column}::{}", target.name),
        Way::Through(number) => format!(" USING {column}::{number}::{}", target.name),
        Way::Text => format!(" USING {}::{}", by_text(column, source.name, target.name, context), target.name),
    }
}

/// A value of one type in the other.
fn cast(value: &str, source: &Type<'_>, target: &Type<'_>, context: &Context<'_>) -> String {
    if let Some(taken) = taken_as_utc(value, source, target) {
        return format!("{taken}::{}", target.name);
    }
    match way(source, target, context) {
        Way::Assigned | Way::Cast => format!("{value}::{}", target.name),
        Way::Through(number) => format!("{value}::{number}::{}", target.name),
        Way::Text => format!("{}::{}", by_text(value, source.name, target.name, context), target.name),
    }
}

/// A value in the other type, where it is assigned to a column of that.
pub(super) fn converted(value: &str, source: &Type<'_>, target: &Type<'_>, context: &Context<'_>) -> String {
    match way(source, target, context) {
        Way::Assigned if taken_as_utc(value, source, target).is_none() => value.to_owned(),
        _ => cast(value, source, target, context),
    }
}

/// Whether PostgreSQL changes the type without writing the rows anew: text that may be longer, numbers with more digits before the
/// point.
pub(super) fn is_free(source: &Type<'_>, target: &Type<'_>) -> bool {
    let numbers = |it: &Type<'_>| -> Vec<u32> {
        let inside = it.name.split_once('(').and_then(|it| it.1.strip_suffix(')')).unwrap_or_default();
        inside.split(',').filter_map(|it| it.parse().ok()).collect()
    };
    let is_text = |it: &Type<'_>| matches!(it.base, "text" | "character varying");
    match (numbers(source).as_slice(), numbers(target).as_slice()) {
        (_, []) if is_text(source) && is_text(target) => true,
        ([old], [new]) if is_text(source) && is_text(target) => old <= new,
        (_, []) => source.base == "numeric" && target.base == "numeric",
        ([old, scale], [new, same]) => source.base == "numeric" && target.base == "numeric" && old <= new && scale == same,
        _ => false,
    }
}

/// Whether values of two types, given without modifiers, compare in one operator family, as the two sides of a foreign key must
/// (manual, 38.16.5).
pub(super) fn compare(one: &str, other: &str) -> bool {
    const FAMILIES: &[&[&str]] = &[
        &["smallint", "integer", "bigint"],
        &["text", "character varying"],
        &["date", "timestamp without time zone", "timestamp with time zone"],
    ];
    one == other || FAMILIES.iter().any(|it| it.contains(&one) && it.contains(&other))
}

/// Whether no value of one type is one of the other by way of its text: a number is no `uuid`, and no time.
pub(super) fn is_hopeless(source: &Type<'_>, target: &Type<'_>) -> bool {
    const SORTS: &[&[&str]] = &[
        &["smallint", "integer", "bigint", "numeric", "real", "double precision"],
        &["uuid"],
        &["date", "timestamp without time zone", "timestamp with time zone"],
    ];
    let sort = |it: &Type<'_>| SORTS.iter().position(|names| names.contains(&it.base));
    sort(source).zip(sort(target)).is_some_and(|(old, new)| old != new)
}

/// A value as text, as it is in its old type once it was brought back from the new one.
pub(super) fn back(converted: &str, source: &Type<'_>, target: &Type<'_>, context: &Context<'_>) -> String {
    cast(converted, target, source, context)
}

/// That a value is another one when it comes back from the new type.
pub(super) fn changed(value: &str, source: &Type<'_>, target: &Type<'_>, context: &Context<'_>) -> String {
    let back = back(&cast(value, source, target, context), source, target, context);
    // Numbers are compared as such: 1.50 is 1.5.
    if source.category == 'N' {
        format!("{back} IS DISTINCT FROM {value}")
    } else {
        format!("{back}::text IS DISTINCT FROM {value}::text")
    }
}

/// What is done to the values of a column.
pub(super) fn conversion(
    column: &Object,
    source: &Type<'_>,
    target: &Type<'_>,
    is_meant: bool,
    context: &Context<'_>,
) -> Option<Conversion> {
    let (table, own) = (&column.id.path[..2], column.name(2));
    let (of, name) = (sql::path(&column.id.path), format!("t.{}", sql::name(own)));
    let (table, sample) = (sql::path(table), data_check::sample(table, context));
    if source.name == target.name {
        let labels = Relabelled::of(target.name, context)?;
        let changed = labels.fails(&name)?;
        let what = format!("{of} without the labels {}", labels.told());
        let help = "give them another label, or say above the type which: -- schemagen: map 'old' to 'new'".to_owned();
        return Some(Conversion { what, table, changed, sample, tried: None, takes: None, is_meant: false, help });
    }
    let assigned = using("", source, target, context).is_empty().then(|| target.name.to_owned());
    let tried = Tried { column: own.to_owned(), r#type: source.name.to_owned(), assigned };
    let is_read = source.category == 'S' && target.category != 'S' && !is_meant;
    let labels = is_read.then(|| labels(column, context)).flatten();
    let changed = match &labels {
        // The type may not be there yet.
        Some(it) => format!("{name}::text NOT IN ({})", it.iter().map(|it| sql::literal(it)).collect::<Vec<_>>().join(", ")),
        None => changed(&name, source, target, context),
    };
    let texts = labels.map_or_else(|| Texts::Read(target.name.to_owned()), Texts::These);
    Some(Conversion {
        what: format!("{of} from {} to {}", source.name, target.name),
        changed,
        table,
        sample,
        tried: Some(tried).filter(|_| is_certain(source, target)),
        takes: is_read.then(|| Takes { column: own.to_owned(), texts }),
        is_meant,
        help: "change them first, or say above the column how they are converted: -- schemagen: using <expression>".to_owned(),
    })
}

/// The labels of the enum that a column is to be of.
fn labels(column: &Object, context: &Context<'_>) -> Option<Vec<String>> {
    let of = |it: &Id| context.to.get(it).map(|it| super::kind(&it.id.kind).labels(it));
    let attrs = column.attrs.get("type").and_then(|it| it.as_str())?;
    let is_of = |it: &&Id| sql::path(&it.path) == attrs;
    context.to.needs(&column.id).filter(is_of).find_map(of).filter(|it| !it.is_empty())
}

/// Refuses to guess where times without a zone are at home: without a word they are taken as UTC, unless sessions of this database
/// begin in another zone.
pub(super) fn as_utc(column: &Id, source: &Type<'_>, target: &Type<'_>, context: &Context<'_>) -> Result<bool> {
    const UTC: &[&str] = &["utc", "etc/utc", "gmt", "etc/gmt", "zulu", "universal"];
    if !is_of_the_session(source, target) {
        return Ok(false);
    }
    let zone = context.server.reading.get("timezone").filter(|it| !UTC.contains(&it.to_lowercase().as_str()));
    let is_filled = context.from.get(column).is_some() && super::data_check::has_rows(&column.path[..2], context);
    match zone.filter(|_| is_filled && !context.tolerant) {
        None => Ok(true),
        Some(zone) => {
            let (path, name) = (sql::path(&column.path), sql::name(&column.path[2]));
            let error = Error::new(format!(
                "{path} goes from {} to {}, and sessions of this database begin in {zone}: it is not said in which zone its times are",
                source.name, target.name
            ));
            let help = format!("say it above the column: -- schemagen: using {name} AT TIME ZONE {}", sql::literal(zone));
            Err(error.exit(Exit::Refused).help(help))
        }
    }
}

/// Whether a conversion does the same in every session.
pub(super) fn is_certain(source: &Type<'_>, target: &Type<'_>) -> bool {
    !is_of_the_session(source, target) || taken_as_utc("", source, target).is_some()
}

/// A time that gets or loses its zone, in whatever zone the session is.
fn taken_as_utc(value: &str, source: &Type<'_>, target: &Type<'_>) -> Option<String> {
    const ZONED: &str = "timestamp with time zone";
    const PLAIN: &str = "timestamp without time zone";
    match (source.base, target.base) {
        (PLAIN, ZONED) | (ZONED, PLAIN | "date") => Some(format!("({value} AT TIME ZONE 'UTC')")),
        ("date", ZONED) => Some(format!("({value}::{PLAIN} AT TIME ZONE 'UTC')")),
        _ => None,
    }
}

/// Whether what comes of a conversion depends on the session's time zone.
fn is_of_the_session(source: &Type<'_>, target: &Type<'_>) -> bool {
    let zoned = |it: &Type<'_>| it.base.contains("with time zone");
    zoned(source) != zoned(target) && [source, target].iter().all(|it| it.category != 'S')
}

/// Whether a column's type steps aside for a successor.
pub(super) fn is_carried(column: &Object, context: &Context<'_>) -> bool {
    let steps_aside = |it: &Object| super::kind(&it.id.kind).step_aside(it, context).is_some();
    context
        .from
        .needs(&column.id)
        .any(|it| context.changes.get(it) == Some(&Verb::Rebuild) && context.from.get(it).is_some_and(steps_aside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_types_are_only_another_word_for_what_is_stored() {
        let of = |name: &'static str| Type { name, base: name.split('(').next().unwrap_or(name), category: 'S' };
        let free = |old, new| is_free(&of(old), &of(new));
        assert!(free("character varying(5)", "character varying(9)") && free("character varying(5)", "text"));
        assert!(free("numeric(10,2)", "numeric(12,2)") && free("numeric(10,2)", "numeric"));
        assert!(!free("character varying(9)", "character varying(5)") && !free("text", "character varying(5)"));
        assert!(!free("numeric(10,2)", "numeric(12,4)") && !free("integer", "bigint") && !free("numeric", "text"));
    }
}
