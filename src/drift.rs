//! How a live database differs from what its migrations give, object by object.
//!
//! What counts is what fingerprints count: two states with one fingerprint have no difference here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::catalog::{Catalog, Id, Object, is_secret};
use crate::diff::diff;
use crate::fingerprint::is_born_with;
use crate::kinds::{Verb, kind};
use crate::rules::Rules;

/// How much of a value is shown.
const LONGEST: usize = 70;

/// How much of what is alike is shown before what is not.
const LEAD: usize = 20;

/// What is there of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// No migration makes it, and it is there.
    Added,
    /// A migration makes it, and it is not there.
    Missing,
    /// It is there in another way.
    Changed,
}

/// One object that is not as the migrations give it. What belongs to one that is added or missing is not told by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What is there of it.
    pub change: Change,
    /// The object, its kind first: `column public.t.x`.
    pub object: String,
    /// How many objects that belong to it are added or missing with it.
    pub parts: usize,
    /// What of it is otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

/// A property that is otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// What is there.
    pub is: Value,
    /// What the migrations give.
    pub should_be: Value,
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.change {
            Change::Added => '+',
            Change::Missing => '-',
            Change::Changed => '~',
        };
        write!(out, "{sign} {}", self.object)?;
        let lead = |position: usize| if position == 0 { ": " } else { "; " };
        self.properties.iter().enumerate().try_for_each(|(position, it)| write!(out, "{}{it}", lead(position)))
    }
}

impl fmt::Display for Property {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (is, should_be) = (shown(&self.is), shown(&self.should_be));
        let (here, there) = (excerpt(&is, &should_be), excerpt(&should_be, &is));
        write!(out, "{} is {here}, not {there}", self.name.replace('_', " "))
    }
}

/// How `live` differs from `wanted`, what is of one table together.
pub fn differences(wanted: &Catalog, live: &Catalog, rules: &Rules) -> Vec<Difference> {
    let object = |id: &Id| live.get(id).or_else(|| wanted.get(id));
    let counts = |id: &Id| object(id).is_some_and(|it| !rules.houses_history(it)) && !is_born_with(id);
    let all: BTreeMap<Id, Verb> = diff(wanted, live).into_iter().filter(|it| counts(&it.0)).collect();
    let parent = |id: &Id| object(id).and_then(|it| it.parent.clone());
    // An added or missing object tells of all below it.
    let outermost = |id: &Id, verb: Verb| {
        let lineage = std::iter::successors(Some(id.clone()), parent);
        lineage.take_while(|it| all.get(it) == Some(&verb)).last().unwrap_or_else(|| id.clone())
    };
    let mut found: BTreeMap<Id, Difference> = BTreeMap::new();
    for (id, verb) in &all {
        let (change, of) = match verb {
            Verb::Create => (Change::Added, outermost(id, *verb)),
            Verb::Drop => (Change::Missing, outermost(id, *verb)),
            Verb::Alter | Verb::Rebuild => (Change::Changed, id.clone()),
        };
        let properties = match (wanted.get(id), live.get(id), change) {
            (Some(wanted), Some(live), Change::Changed) => properties(wanted, live),
            _ => Vec::new(),
        };
        if change == Change::Changed && properties.is_empty() {
            continue; // secrets, which not every role sees
        }
        let empty = || Difference { change, object: named(&of, parent(&of).as_ref()), parts: 0, properties };
        let parts = usize::from(of != *id);
        found.entry(of.clone()).or_insert_with(empty).parts += parts;
    }
    let mut found: Vec<(Id, Difference)> = found.into_iter().collect();
    found.sort_by_cached_key(|(id, _)| (place(id), id.kind.clone()));
    found.into_iter().map(|it| it.1).collect()
}

/// An object in words: `column public.t.x`, `function public.f(integer)`, `owner of table public.t`.
fn named(id: &Id, parent: Option<&Id>) -> String {
    let (kind, word) = (kind(&id.kind), id.kind.replace('_', " "));
    if let Some(parent) = parent.filter(|_| kind.follows_parent()) {
        let own = id.path.get(1 + parent.path.len()..).unwrap_or_default().join(".");
        return format!("{} of {}", format!("{word} {own}").trim_end(), named(parent, None));
    }
    match id.path.split_last() {
        Some((arguments, path)) if kind.name_at(&id.path) + 1 == path.len() => format!("{word} {}({arguments})", path.join(".")),
        _ => id.to_string(),
    }
}

/// Where an object stands among others: what is attached to one comes with it.
fn place(id: &Id) -> Vec<String> {
    id.path.iter().skip(usize::from(kind(&id.kind).follows_parent())).cloned().collect()
}

fn properties(wanted: &Object, live: &Object) -> Vec<Property> {
    match (live.attrs.as_object(), wanted.attrs.as_object()) {
        (Some(is), Some(should_be)) => otherwise("", is, should_be),
        _ => Vec::new(),
    }
}

/// The fields that differ, those inside of others by themselves.
fn otherwise(of: &str, is: &Map<String, Value>, should_be: &Map<String, Value>) -> Vec<Property> {
    let names: BTreeSet<&String> = is.keys().chain(should_be.keys()).collect();
    let mut found = Vec::new();
    for name in names.into_iter().filter(|it| !it.starts_with('_') && !is_secret(it)) {
        let value = |fields: &Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
        let name = format!("{of}{name}");
        match (value(is), value(should_be)) {
            (is, should_be) if is == should_be => {}
            (Value::Object(is), Value::Object(should_be)) => found.extend(otherwise(&format!("{name}."), &is, &should_be)),
            (is, should_be) => found.push(Property { name, is, should_be }),
        }
    }
    found
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(it) => it.clone(),
        it => it.to_string(),
    }
}

/// A short text as it is; of a long one what begins shortly before it differs from another.
fn excerpt(text: &str, other: &str) -> String {
    let is_short = |it: &str| it.chars().count() <= LONGEST && !it.contains('\n');
    if is_short(text) && is_short(other) {
        return text.to_owned();
    }
    let alike = text.chars().zip(other.chars()).take_while(|it| it.0 == it.1).count();
    let start = alike.saturating_sub(LEAD);
    let cut: String = text.chars().skip(start).take(LONGEST).collect();
    let is_whole = text.chars().count() <= start + LONGEST;
    let cut = cut.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{}{cut}{}", if start > 0 { "…" } else { "" }, if is_whole { "" } else { "…" })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn catalog(objects: &[(&str, &[&str], Option<Id>, Value)]) -> Catalog {
        let object = |(kind, path, parent, attrs): &(&str, &[&str], Option<Id>, Value)| {
            let id = Id::new(kind, path);
            (id.clone(), Object { id, parent: parent.clone(), attrs: attrs.clone() })
        };
        Catalog { objects: objects.iter().map(object).collect(), ..Catalog::default() }
    }

    fn told(wanted: &Catalog, live: &Catalog) -> Vec<String> {
        differences(wanted, live, &Rules::default()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_added_table_tells_of_its_columns() {
        let table = Id::new("table", &["public", "t"]);
        let live = catalog(&[
            ("table", &["public", "t"], None, json!({})),
            ("column", &["public", "t", "a"], Some(table.clone()), json!({"type": "text"})),
        ]);
        assert_eq!(told(&Catalog::default(), &live), ["+ table public.t"]);
        assert_eq!(differences(&Catalog::default(), &live, &Rules::default())[0].parts, 1);
        assert_eq!(told(&live, &Catalog::default()), ["- table public.t"]);
    }

    #[test]
    fn a_changed_object_tells_what_of_it_and_no_secret() {
        let column = |attrs: Value| catalog(&[("column", &["public", "t", "a"], None, attrs)]);
        let wanted = column(json!({"type": "text", "not_null": true, "_position": 1, "secret_word": "x"}));
        let live = column(json!({"type": "integer", "_position": 2, "secret_word": "y"}));
        assert_eq!(told(&wanted, &live), ["~ column public.t.a: not null is nothing, not true; type is integer, not text"]);
        let secret = column(json!({"type": "text", "not_null": true, "secret_word": "y"}));
        assert!(told(&wanted, &secret).is_empty());
    }

    #[test]
    fn of_what_is_inside_a_property_only_that_is_told() {
        let identity = |by: u32| catalog(&[("identity", &["t", "a"], None, json!({"sequence": {"by": by, "start": 1}}))]);
        assert_eq!(told(&identity(1), &identity(5)), ["~ identity t.a: sequence.by is 5, not 1"]);
    }

    #[test]
    fn a_long_text_is_shown_from_where_it_differs() {
        let start = "a".repeat(100);
        let (one, other) = (format!("{start}b{start}"), format!("{start}c"));
        assert_eq!(excerpt(&one, &other), format!("…{}b{}…", &start[..20], &start[..49]));
        assert_eq!(excerpt(&other, &one), format!("…{}c", &start[..20]));
        assert_eq!(excerpt("x\n y", "x"), "x y");
    }
}
