//! Operators (`pg_operator`). Commutators and negators name each other; that is no need: the first one created makes a shell of
//! the other, and the other's own `CREATE OPERATOR` fills it. Dropping one takes it out of the other.

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct Operator;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    /// None for a shell.
    function: Option<String>,
    /// Path of the partner.
    commutator: Option<Vec<String>>,
    negator: Option<Vec<String>>,
    restrict: Option<String>,
    join: Option<String>,
    hashes: bool,
    merges: bool,
}

/// How a commutator or negator gets from one to the other.
enum Link {
    /// By what happens to the partner.
    Free,
    /// By `ALTER OPERATOR`: 17 and later, only where none was set, and never to a shell.
    Set(String),
    /// Not in place.
    Rebuild,
}

impl Kind for Operator {
    fn name(&self) -> &'static str {
        "operator"
    }

    fn query(&self) -> &'static str {
        include_str!("operator.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_operator WHERE oid >= 16384")
    }

    fn overloads(&self) -> bool {
        true
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let Some(function) = &attrs.function else {
            return Ok(Vec::new()); // the operator that names this shell creates it
        };
        let side = |word: &str, position| match object.name(position) {
            "NONE" => None,
            of => Some(format!("{word} = {of}")),
        };
        let parts: Vec<String> = [
            Some(format!("FUNCTION = {function}")),
            side("LEFTARG", 2),
            side("RIGHTARG", 3),
            attrs.commutator.as_deref().map(|it| format!("COMMUTATOR = OPERATOR({})", symbol(it))),
            attrs.negator.as_deref().map(|it| format!("NEGATOR = OPERATOR({})", symbol(it))),
            attrs.restrict.as_ref().map(|it| format!("RESTRICT = {it}")),
            attrs.join.as_ref().map(|it| format!("JOIN = {it}")),
            attrs.hashes.then(|| "HASHES".to_owned()),
            attrs.merges.then(|| "MERGES".to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect();
        Ok(vec![Step::new(format!("CREATE OPERATOR {} ({})", symbol(&object.id.path), parts.join(", ")))])
    }

    /// One that names no partner has none only when it fills the shell that its partner made: one that is there takes the link too.
    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let partners = |it: &Object| it.read::<Attrs>().map_or([None, None], |it| [it.commutator, it.negator]);
        let names = |one: &Object, other: &Object| partners(one).iter().flatten().any(|it| *it == other.id.path);
        let is_partner = |it: &&Object| it.id != object.id && names(it, object) && !names(object, it);
        context.to.of_kind("operator").filter(is_partner).map(|it| it.id.clone()).collect()
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("DROP OPERATOR {}{}", context.if_exists(), signature(&object.id)))])
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if old.function.is_none() && new.function.is_some() {
            return Ok(Alteration::Steps(self.create(to, &[], context)?));
        }
        let in_place = context.server.major >= 17;
        let taken_back = old.hashes && !new.hashes || old.merges && !new.merges;
        let is_set = old.hashes != new.hashes || old.merges != new.merges;
        if old.function != new.function || taken_back || is_set && !in_place {
            return Ok(Alteration::Rebuild);
        }
        let mut parts = Vec::new();
        for (word, old, new) in [("COMMUTATOR", &old.commutator, &new.commutator), ("NEGATOR", &old.negator, &new.negator)] {
            match link(word, old.as_deref(), new.as_deref(), context) {
                Link::Free => {}
                Link::Set(part) => parts.push(part),
                Link::Rebuild => return Ok(Alteration::Rebuild),
            }
        }
        for (word, old, new) in [("RESTRICT", &old.restrict, &new.restrict), ("JOIN", &old.join, &new.join)] {
            if old != new {
                parts.push(format!("{word} = {}", new.as_deref().unwrap_or("NONE")));
            }
        }
        parts.extend((old.hashes != new.hashes).then(|| "HASHES".to_owned()));
        parts.extend((old.merges != new.merges).then(|| "MERGES".to_owned()));
        if parts.is_empty() {
            return Ok(Alteration::Steps(Vec::new()));
        }
        Ok(Alteration::Steps(vec![Step::new(format!("ALTER OPERATOR {} SET ({})", signature(&to.id), parts.join(", ")))]))
    }
}

fn link(word: &str, old: Option<&[String]>, new: Option<&[String]>, context: &Context<'_>) -> Link {
    if old == new {
        return Link::Free;
    }
    let is_cleared = old.is_none_or(|it| context.is_dropped(&Id::new("operator", it)));
    let Some(new) = new else {
        return if is_cleared { Link::Free } else { Link::Rebuild };
    };
    let partner = Id::new("operator", new);
    let is_shell = context.to.get(&partner).is_some_and(|it| it.read::<Attrs>().is_ok_and(|it| it.function.is_none()));
    if is_cleared && context.is_created(&partner) && !is_shell {
        Link::Free
    } else if is_cleared && !is_shell && context.server.major >= 17 {
        Link::Set(format!("{word} = OPERATOR({})", symbol(new)))
    } else {
        Link::Rebuild
    }
}

/// `public.===`: the name itself is made of operator characters and takes no quotes.
fn symbol(path: &[String]) -> String {
    match path {
        [schema, name, ..] => format!("{}.{name}", sql::name(schema)),
        _ => String::new(),
    }
}

/// `public.=== (integer, NONE)`.
fn signature(id: &Id) -> String {
    format!("{} ({})", symbol(&id.path), id.path.get(2..).unwrap_or_default().join(", "))
}
