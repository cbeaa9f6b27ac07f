//! The state of a database as facts of one shape: objects, and what each needs.
//!
//! An attribute whose name starts with `_` is information, never a difference: it is kept for rendering and left out of every
//! comparison (the position of a column, for example). One whose name starts with `secret_` is null where the role that read it may
//! not see it, and null is then the same as anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Result};

mod objects;

pub use objects::Objects;

/// Names one object: its kind and its path from the schema down, e.g. `column public, devices, location`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Id {
    /// A name in [`crate::kinds::KINDS`].
    pub kind: String,
    /// Names from the outermost in; for routines the last one is the argument list.
    pub path: Vec<String>,
}

impl Id {
    /// The id of `kind` at `path`.
    pub fn new<P: AsRef<str>>(kind: &str, path: &[P]) -> Id {
        Id { kind: kind.to_owned(), path: path.iter().map(|it| it.as_ref().to_owned()).collect() }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.kind.replace('_', " "), self.path.join("."))
    }
}

/// One fact: an object, what it belongs to, and its attributes as the catalog query returned them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// Its name.
    pub id: Id,
    /// What it belongs to; gone with it.
    pub parent: Option<Id>,
    /// A JSON object; the kind reads it with [`Object::read`].
    pub attrs: Value,
}

impl Object {
    /// The attributes as the kind's own struct. Fails when query and struct disagree.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.attrs).map_err(|it| Error::internal(format!("attributes of {} do not fit its kind: {it}", self.id)))
    }

    /// Whether both have the same attributes, informative ones (`_name`) aside, and secrets that one of them could not see.
    pub fn same(&self, other: &Object) -> bool {
        match (&self.attrs, &other.attrs) {
            (Value::Object(a), Value::Object(b)) => {
                let unseen = |name: &str| is_secret(name) && [a, b].iter().any(|it| it.get(name).is_none_or(Value::is_null));
                let compared = |(name, _): &(&String, &Value)| !name.starts_with('_') && !unseen(name);
                a.iter().filter(compared).eq(b.iter().filter(compared))
            }
            (a, b) => a == b,
        }
    }

    /// Which of its table's columns or its type's attributes it is (`attnum`).
    pub fn position(&self) -> Option<i64> {
        self.attrs.get("_position").and_then(Value::as_i64)
    }

    /// A name in the object's path, counted from the outermost.
    pub fn name(&self, position: usize) -> &str {
        self.id.path.get(position).map_or("", String::as_str)
    }
}

/// Whether an attribute is for some roles only to see.
pub(crate) fn is_secret(name: &str) -> bool {
    name.starts_with("secret_")
}

/// All objects of one database and the edges between them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Catalog {
    /// Every object by its id.
    #[serde(with = "as_list")]
    pub objects: Objects,
    /// What each object needs to exist, its parent included.
    #[serde(with = "as_pairs")]
    pub needs: BTreeMap<Id, BTreeSet<Id>>,
    /// Identities of objects that no kind claims, as `pg_identify_object` prints them.
    pub unclaimed: BTreeSet<String>,
}

impl Catalog {
    /// The object of that id.
    pub fn get(&self, id: &Id) -> Option<&Object> {
        self.objects.get(id)
    }

    /// The catalog with an object put in the place of its namesake.
    #[must_use]
    pub fn with(mut self, object: Object) -> Catalog {
        self.objects.insert(object.id.clone(), object);
        self
    }

    /// All objects of a kind, in order.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Object> {
        let first = Id { kind: kind.to_owned(), path: Vec::new() };
        self.objects.range(first..).map(|it| it.1).take_while(move |it| it.id.kind == kind)
    }

    /// All objects of a kind whose path begins like that, in order.
    pub fn within<'a>(&'a self, kind: &str, path: &[String]) -> impl Iterator<Item = &'a Object> + use<'a> {
        let first = Id { kind: kind.to_owned(), path: path.to_vec() };
        let from = self.objects.range(first.clone()..).map(|it| it.1);
        from.take_while(move |it| it.id.kind == first.kind && it.id.path.starts_with(&first.path))
    }

    /// What `id` needs, its parent included.
    pub fn needs(&self, id: &Id) -> impl Iterator<Item = &Id> {
        self.needs.get(id).into_iter().flatten()
    }

    /// The edges turned around: who needs an object.
    pub fn dependents(&self) -> BTreeMap<&Id, BTreeSet<&Id>> {
        let mut dependents: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
        for (id, needs) in &self.needs {
            for need in needs {
                dependents.entry(need).or_default().insert(id);
            }
        }
        dependents
    }

    /// What belongs to `id`, in order.
    pub fn belonging<'a>(&'a self, id: &Id) -> impl Iterator<Item = &'a Object> + use<'a> {
        self.objects.children(id)
    }

    /// The children of `id` that are of `kind`, in order.
    pub fn children<'a>(&'a self, id: &Id, kind: &'a str) -> impl Iterator<Item = &'a Object> + use<'a> {
        self.objects.children(id).filter(move |it| it.id.kind == kind)
    }

    /// The facts that tables are partitions of the one at `table`, in order.
    pub fn partitions<'a>(&'a self, table: &[String]) -> impl Iterator<Item = &'a Object> + use<'a> {
        self.objects.partitions(table)
    }

    /// `id`, its parent, its parent's parent and so on.
    pub fn lineage<'a>(&'a self, id: &'a Id) -> impl Iterator<Item = &'a Id> {
        std::iter::successors(Some(id), |it| self.get(it).and_then(|object| object.parent.as_ref()))
    }
}

/// All that is reached from an object, by what `next` gives for it and for each of those.
pub fn reached<'a, I: Iterator<Item = &'a Id>>(id: &'a Id, next: impl Fn(&'a Id) -> I) -> BTreeSet<&'a Id> {
    let (mut reached, mut queue) = (BTreeSet::new(), next(id).collect::<Vec<_>>());
    while let Some(it) = queue.pop() {
        if reached.insert(it) {
            queue.extend(next(it));
        }
    }
    reached
}

mod as_list {
    use super::{Object, Objects};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(objects: &Objects, out: S) -> Result<S::Ok, S::Error> {
        objects.values().collect::<Vec<_>>().serialize(out)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Objects, D::Error> {
        let objects = Vec::<Object>::deserialize(input)?;
        Ok(objects.into_iter().map(|it| (it.id.clone(), it)).collect())
    }
}

mod as_pairs {
    use super::{BTreeMap, BTreeSet, Id};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(needs: &BTreeMap<Id, BTreeSet<Id>>, out: S) -> Result<S::Ok, S::Error> {
        needs.iter().collect::<Vec<_>>().serialize(out)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<BTreeMap<Id, BTreeSet<Id>>, D::Error> {
        Ok(Vec::<(Id, BTreeSet<Id>)>::deserialize(input)?.into_iter().collect())
    }
}
