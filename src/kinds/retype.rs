//! How the values of a column are carried from one type to another, and for which of them that is no way back.

use serde::Deserialize;

use super::{Context, Verb};
use crate::catalog::Object;
use crate::sql;

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
    /// Only by the text of the value.
    Text,
}

fn way(source: &Type<'_>, target: &Type<'_>, context: &Context<'_>) -> Way {
    let element = |it: &str| it.strip_suffix("[]").map(str::to_owned);
    let pair = match (element(source.base), element(target.base)) {
        (Some(source), Some(target)) => (source, target),
        _ => (source.base.to_owned(), target.base.to_owned()),
    };
    let to_text = target.category == 'S' && source.category != 'A';
    if pair.0 == pair.1 || context.server.assignment_casts.contains(&pair) || to_text {
        Way::Assigned
    } else if context.server.casts.contains(&pair) || source.category == 'S' {
        Way::Cast
    } else {
        Way::Text
    }
}

/// The conversion to spell out where assignment alone does not convert. Never an explicit cast where assignment does: a cast to
/// `varchar(5)` truncates in silence, an assignment fails.
pub(super) fn using(column: &str, source: &Type<'_>, target: &Type<'_>, context: &Context<'_>) -> String {
    match way(source, target, context) {
        Way::Assigned => String::new(),
        Way::Cast => format!(" USING {column}::{}", target.name),
        Way::Text => format!(" USING {column}::text::{}", target.name),
    }
}

/// A value of one type in the other.
fn cast(value: &str, source: &Type<'_>, target: &Type<'_>, context: &Context<'_>) -> String {
    match way(source, target, context) {
        Way::Assigned | Way::Cast => format!("{value}::{}", target.name),
        Way::Text => format!("{value}::text::{}", target.name),
    }
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

/// Whether what comes of a conversion depends on the session's time zone.
pub(super) fn is_of_the_session(source: &Type<'_>, target: &Type<'_>) -> bool {
    let zoned = |it: &Type<'_>| it.base.contains("with time zone");
    zoned(source) != zoned(target) && [source, target].iter().all(|it| it.category != 'S')
}

/// An enum that loses labels, as a column of it sees that.
#[derive(Debug)]
pub(super) struct Relabelled {
    is_array: bool,
    r#type: String,
    gone: Vec<String>,
    map: Vec<(String, Option<String>)>,
}

#[derive(Deserialize)]
struct Enum {
    labels: Vec<String>,
    #[serde(default, rename = "_map")]
    map: Vec<(String, Option<String>)>,
}

impl Relabelled {
    /// The enum of a column of that type, where it is made anew.
    pub(super) fn of(r#type: &str, context: &Context<'_>) -> Option<Relabelled> {
        let element = r#type.strip_suffix("[]").unwrap_or(r#type);
        let is_it = |it: &&Object| sql::path(&it.id.path) == element;
        let (old, new) = (context.from.of_kind("enum_type").find(is_it)?, context.to.of_kind("enum_type").find(is_it)?);
        let rebuilt = context.changes.get(&new.id) == Some(&Verb::Rebuild);
        let (before, after): (Enum, Enum) = (old.read().ok()?, new.read().ok()?);
        let gone = before.labels.into_iter().filter(|it| !after.labels.contains(it)).collect();
        let relabelled = Relabelled { is_array: element != r#type, r#type: r#type.to_owned(), gone, map: after.map };
        rebuilt.then_some(relabelled)
    }

    /// The expression that gives a column's value in the new enum.
    pub(super) fn using(&self, column: &str) -> String {
        format!("{}::{}", self.text(column), self.r#type)
    }

    /// The same as text.
    pub(super) fn text(&self, column: &str) -> String {
        if self.is_array {
            let replaced = |it: String, (old, new): &(String, Option<String>)| {
                format!("array_replace({it}, {}, {})", sql::literal(old), label(new.as_ref()))
            };
            return self.map.iter().fold(format!("{column}::text[]"), replaced);
        }
        if self.map.is_empty() {
            return format!("{column}::text");
        }
        let when = |(old, new): &(String, Option<String>)| format!(" WHEN {} THEN {}", sql::literal(old), label(new.as_ref()));
        format!("(CASE {column}::text{} ELSE {column}::text END)", self.map.iter().map(when).collect::<String>())
    }

    /// That a value has a label which goes and is not mapped; none where there is no such label.
    pub(super) fn fails(&self, value: &str) -> Option<String> {
        self.has(value, self.gone.iter().filter(|it| self.map.iter().all(|mapped| mapped.0 != **it)).collect())
    }

    /// That a value has a label which is mapped to another.
    pub(super) fn maps(&self, value: &str) -> Option<String> {
        self.has(value, self.map.iter().map(|it| &it.0).collect())
    }

    fn has(&self, value: &str, labels: Vec<&String>) -> Option<String> {
        let list = labels.iter().map(|it| sql::literal(it)).collect::<Vec<_>>().join(", ");
        let (array, one) = (format!("{value}::text[] && ARRAY[{list}]"), format!("{value}::text IN ({list})"));
        (!labels.is_empty()).then_some(if self.is_array { array } else { one })
    }

    /// The labels that go, for a reader.
    pub(super) fn told(&self) -> String {
        self.gone.iter().map(|it| sql::literal(it)).collect::<Vec<_>>().join(", ")
    }
}

fn label(label: Option<&String>) -> String {
    label.map_or("NULL".to_owned(), |it| sql::literal(it))
}
