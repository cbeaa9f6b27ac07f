//! Values of a column in whose type an enum loses labels: an enum itself, an array of it, a domain over either, a composite type with
//! such an attribute, and these inside each other.

use super::{Context, Verb, enum_type};
use crate::catalog::{Catalog, Id, Object};
use crate::sql;

/// How deep types are looked into: a composite type may hold another, and so on.
const DEPTH: usize = 8;

/// The type of a column whose values get other labels.
#[derive(Debug)]
pub(super) struct Relabelled {
    r#type: String,
    shape: Shape,
}

#[derive(Debug)]
enum Shape {
    Labels(Labels),
    Array(Labels),
    Row(Vec<Field>),
}

/// An attribute of a composite type.
#[derive(Debug)]
struct Field {
    name: String,
    r#type: String,
    relabelled: Option<Relabelled>,
}

/// What becomes of an enum's labels.
#[derive(Debug)]
struct Labels {
    gone: Vec<String>,
    map: Vec<(String, Option<String>)>,
}

impl Relabelled {
    /// The type of a column, where an enum in it is made anew.
    pub(super) fn of(r#type: &str, context: &Context<'_>) -> Option<Relabelled> {
        found(r#type, context, DEPTH)
    }

    /// The expression that gives a column's value in the new type.
    pub(super) fn using(&self, value: &str) -> String {
        let cast = format!("::{}", self.r#type);
        match &self.shape {
            Shape::Row(fields) if self.maps_some() => row(value, fields, &cast, |it, value| match &it.relabelled {
                Some(relabelled) => relabelled.using(value),
                None if it.r#type.contains('.') => format!("{value}::text::{}", it.r#type),
                None => value.to_owned(),
            }),
            _ => format!("{}{cast}", self.text(value)),
        }
    }

    /// The same, of no type of ours: its text is that of the value in the new type.
    pub(super) fn text(&self, value: &str) -> String {
        let text = match &self.shape {
            Shape::Array(_) => format!("{value}::text[]"),
            _ => format!("{value}::text"),
        };
        match &self.shape {
            _ if !self.maps_some() => text,
            Shape::Array(labels) => {
                let replaced = |it: String, (old, new): &(String, Option<String>)| {
                    format!("array_replace({it}, {}, {})", sql::literal(old), label(new.as_ref()))
                };
                labels.map.iter().fold(text, replaced)
            }
            Shape::Labels(labels) => {
                let when =
                    |(old, new): &(String, Option<String>)| format!(" WHEN {} THEN {}", sql::literal(old), label(new.as_ref()));
                format!("(CASE {text}{} ELSE {text} END)", labels.map.iter().map(when).collect::<String>())
            }
            Shape::Row(fields) => row(value, fields, "", |it, value| match &it.relabelled {
                Some(relabelled) => relabelled.text(value),
                None => value.to_owned(),
            }),
        }
    }

    fn maps_some(&self) -> bool {
        self.labels().iter().any(|it| !it.map.is_empty())
    }

    /// The enums in it.
    fn labels(&self) -> Vec<&Labels> {
        match &self.shape {
            Shape::Labels(it) | Shape::Array(it) => vec![it],
            Shape::Row(fields) => fields.iter().filter_map(|it| it.relabelled.as_ref()).flat_map(Relabelled::labels).collect(),
        }
    }

    /// That a value has a label which goes and is not mapped; none where there is no such label.
    pub(super) fn fails(&self, value: &str) -> Option<String> {
        self.has(value, &|it| it.gone.iter().filter(|gone| it.map.iter().all(|mapped| mapped.0 != **gone)).collect())
    }

    /// That a value has a label which is mapped to another.
    pub(super) fn maps(&self, value: &str) -> Option<String> {
        self.has(value, &|it| it.map.iter().map(|it| &it.0).collect())
    }

    fn has(&self, value: &str, which: &dyn Fn(&Labels) -> Vec<&String>) -> Option<String> {
        let list = |it: &Labels| {
            let labels = which(it);
            let list = labels.iter().map(|it| sql::literal(it)).collect::<Vec<_>>().join(", ");
            (!labels.is_empty()).then_some(list)
        };
        match &self.shape {
            Shape::Labels(it) => Some(format!("{value}::text IN ({})", list(it)?)),
            Shape::Array(it) => Some(format!("{value}::text[] && ARRAY[{}]", list(it)?)),
            Shape::Row(fields) => {
                let one = |it: &Field| it.relabelled.as_ref()?.has(&field(value, &it.name), which);
                let any: Vec<String> = fields.iter().filter_map(one).collect();
                match any.as_slice() {
                    [] => None,
                    [one] => Some(one.clone()),
                    many => Some(format!("({})", many.join(" OR "))),
                }
            }
        }
    }

    /// The labels that go, for a reader.
    pub(super) fn told(&self) -> String {
        let gone = self.labels().into_iter().flat_map(|it| &it.gone);
        gone.map(|it| sql::literal(it)).collect::<Vec<_>>().join(", ")
    }
}

fn found(r#type: &str, context: &Context<'_>, depth: usize) -> Option<Relabelled> {
    let (element, is_array) = r#type.strip_suffix("[]").map_or((r#type, false), |it| (it, true));
    let named = |state: &Catalog, kind: &'static str| {
        state.of_kind(kind).find(|it| sql::path(&it.id.path) == element).map(|it| it.id.clone())
    };
    let inside = depth.checked_sub(1)?;
    let shape = if let Some(id) = named(context.to, "enum_type") {
        Shape::Labels(labels(&id, context)?)
    } else if let Some(id) = named(context.to, "domain") {
        let base = context.to.get(&id)?.attrs.get("type")?.as_str()?;
        found(base, context, inside)?.shape
    } else {
        let composite = named(context.to, "composite_type")?;
        let attributes = |state: &Catalog| in_order(state, &composite);
        let fields: Vec<Field> = attributes(context.to)
            .into_iter()
            .map(|(name, r#type)| Field { relabelled: found(&r#type, context, inside), name, r#type })
            .collect();
        let is_same = attributes(context.from) == attributes(context.to);
        Shape::Row(Some(fields).filter(|it| is_same && it.iter().any(|it| it.relabelled.is_some()))?)
    };
    let shape = match shape {
        Shape::Labels(it) if is_array => Shape::Array(it),
        _ if is_array => return None,
        it => it,
    };
    Some(Relabelled { r#type: r#type.to_owned(), shape })
}

fn labels(id: &Id, context: &Context<'_>) -> Option<Labels> {
    let read = |state: &Catalog| state.get(id).and_then(|it| it.read::<enum_type::Attrs>().ok());
    let (before, after) = (read(context.from)?, read(context.to)?);
    let gone = before.labels.into_iter().filter(|it| !after.labels.contains(it)).collect();
    (context.changes.get(id) == Some(&Verb::Rebuild)).then_some(Labels { gone, map: after.map })
}

/// The attributes of a composite type: name and type.
fn in_order(state: &Catalog, composite: &Id) -> Vec<(String, String)> {
    let mut attributes: Vec<&Object> = state.within("attribute", &composite.path).collect();
    attributes.sort_by_key(|it| it.position());
    let r#type = |it: &Object| it.attrs.get("type").and_then(|it| it.as_str()).unwrap_or_default().to_owned();
    attributes.into_iter().map(|it| (it.name(2).to_owned(), r#type(it))).collect()
}

fn field(value: &str, name: &str) -> String {
    format!("({value}).{}", sql::name(name))
}

/// A row of what is made of each attribute of a value; no row where there is none.
fn row(value: &str, fields: &[Field], cast: &str, anew: impl Fn(&Field, &str) -> String) -> String {
    let fields: Vec<String> = fields.iter().map(|it| anew(it, &field(value, &it.name))).collect();
    format!("(CASE WHEN {value}::text IS NOT NULL THEN ROW({}){cast} END)", fields.join(", "))
}

fn label(label: Option<&String>) -> String {
    label.map_or("NULL".to_owned(), |it| sql::literal(it))
}
