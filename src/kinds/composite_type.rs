//! Composite types (`pg_class` with relkind c); their attributes are objects of their own.
//!
//! Attributes are added at the end and dropped in place; any other order is reached by a rebuild while no column holds values of
//! the type, and is not a difference once one does. PostgreSQL refuses `ALTER ATTRIBUTE … TYPE` from that moment on: then the type
//! steps aside and its columns are converted to the successor by way of text, which keeps every value as long as the attributes
//! are the same ones in the same order.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Alteration, Called, Context, Folded, Kind, Likeness, Section, Space, Step, rename};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct CompositeType;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    order: Option<Vec<String>>,
    stored: Option<BTreeMap<String, String>>,
    #[serde(rename = "_names")]
    names: Vec<String>,
    #[serde(rename = "_types")]
    types: BTreeMap<String, String>,
    #[serde(rename = "_typed_tables")]
    typed_tables: bool,
}

impl Attrs {
    /// The order that dropping and adding attributes leads to.
    fn reached(&self, goal: &[String]) -> Vec<String> {
        let kept = self.names.iter().filter(|it| goal.contains(it));
        let added = goal.iter().filter(|it| !self.names.contains(it));
        kept.chain(added).cloned().collect()
    }

    /// Whether an attribute that stays has another type.
    fn retypes(&self, other: &Attrs) -> bool {
        self.types.iter().any(|(name, it)| other.types.get(name).is_some_and(|other| other != it))
    }
}

/// Whether columns hold values of the composite type, directly or inside another type.
pub(super) fn is_stored(catalog: &Catalog, id: &Id) -> Result<bool> {
    let attrs: Option<Attrs> = catalog.get(id).map(Object::read).transpose()?;
    Ok(attrs.is_some_and(|it| it.stored.is_some()))
}

/// ` CASCADE` where tables are made of the type, so that they follow its attributes.
pub(super) fn cascade(catalog: &Catalog, id: &Id) -> Result<&'static str> {
    let attrs: Option<Attrs> = catalog.get(id).map(Object::read).transpose()?;
    Ok(if attrs.is_some_and(|it| it.typed_tables) { " CASCADE" } else { "" })
}

impl Kind for CompositeType {
    fn name(&self) -> &'static str {
        "composite_type"
    }

    fn query(&self) -> &'static str {
        include_str!("composite_type.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_class WHERE oid >= 16384 AND relkind = 'c'")
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        rename::whole("TYPE", from, to, context)
    }

    fn resembles(&self, old: &Object, from: &Catalog, new: &Object, to: &Catalog) -> Option<Likeness> {
        let attributes = |state: &Catalog, it: &Id| rename::parts(state, "attribute", it, "type");
        rename::shared(&attributes(from, &old.id), &attributes(to, &new.id), "attribute")
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, folded: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let mut attributes: Vec<&Folded<'_>> = folded.iter().collect();
        attributes.sort_by_key(|it| it.object.position());
        let attributes: Vec<&str> = attributes.iter().map(|it| it.sql.as_str()).collect();
        Ok(vec![Step::new(format!("CREATE TYPE {} AS ({})", sql::path(&object.id.path), attributes.join(", ")))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(super::dropped("TYPE", object, context))
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let disordered = new.order.as_ref().is_some_and(|goal| old.reached(goal) != *goal);
        let convertible = new.order.is_some() || old.names == new.names;
        let retyped = old.stored.is_some() && old.retypes(&new) && convertible;
        Ok(if disordered || retyped { Alteration::Rebuild } else { Alteration::Steps(Vec::new()) })
    }

    fn names(&self, object: &Object) -> Vec<String> {
        let name = sql::path(&object.id.path);
        vec![format!("type {name}"), format!("relation {name}")]
    }

    fn step_aside(&self, object: &Object, context: &Context<'_>) -> Option<(Step, Step)> {
        super::aside("TYPE", object, context)
    }

    fn called(&self, object: &Object) -> Vec<Called> {
        vec![Called::plain(Space::Type, object)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_attributes_stay_in_place_and_new_ones_come_last() {
        let names = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let (stored, types) = (None, BTreeMap::new());
        let attrs = Attrs { order: None, stored, names: names(&["a", "b", "c"]), types, typed_tables: false };
        assert_eq!(attrs.reached(&names(&["z", "c", "a", "y"])), names(&["a", "c", "z", "y"]));
    }
}
