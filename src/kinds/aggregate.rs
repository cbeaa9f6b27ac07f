//! Aggregates (`pg_aggregate` and their row of `pg_proc`), ordered-set and hypothetical-set ones too.

use serde::Deserialize;

use super::function::{missed, signature};
use super::{Alteration, Called, Context, Folded, Kind, Likeness, Section, Space, Step, rename};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct Aggregate;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    /// Normal, ordered-set (`o`) or hypothetical-set (`h`).
    kind: char,
    arguments: String,
    names: Vec<Option<String>>,
    direct: i32,
    returns: String,
    parallel: char,
    sort_operator: Option<String>,
    transition: String,
    state_type: String,
    state_size: i32,
    #[serde(rename = "final")]
    last: Option<String>,
    final_extra: bool,
    final_modify: char,
    combine: Option<String>,
    serialize: Option<String>,
    deserialize: Option<String>,
    initial: Option<String>,
    moving_transition: Option<String>,
    moving_inverse: Option<String>,
    moving_state_type: Option<String>,
    moving_state_size: i32,
    moving_final: Option<String>,
    moving_final_extra: bool,
    moving_final_modify: char,
    moving_initial: Option<String>,
}

impl Kind for Aggregate {
    fn name(&self) -> &'static str {
        "aggregate"
    }

    fn query(&self) -> &'static str {
        include_str!("aggregate.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_aggregate WHERE aggfnoid::oid >= 16384")
    }

    fn overloads(&self) -> bool {
        true
    }

    fn name_at(&self, _: &[String]) -> usize {
        1
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        let types = from.path.last().filter(|it| !it.is_empty()).map_or("*", String::as_str);
        rename::named(from, to, context, |path| format!("ALTER AGGREGATE {}({types})", sql::path(path)))
    }

    fn resembles(&self, old: &Object, _: &Catalog, new: &Object, _: &Catalog) -> Option<Likeness> {
        (old.id.path.last() == new.id.path.last()).then(|| rename::alike(old, new, "definition"))?
    }

    fn section(&self) -> Section {
        Section::Routine
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("CREATE AGGREGATE {}", definition(object)?))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let name = match object.id.path.as_slice() {
            [names @ .., types] if types.is_empty() => format!("{}(*)", sql::path(names)),
            _ => signature(&object.id),
        };
        let step = Step::new(format!("DROP AGGREGATE {}{name}", context.if_exists()));
        Ok(vec![missed(step, &format!("the aggregate {name}"), object, context)])
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let keeps_names =
            old.names.iter().enumerate().all(|(at, name)| name.is_none() || new.names.get(at).is_some_and(|it| it == name));
        if old.kind != new.kind || old.direct != new.direct || old.returns != new.returns || !keeps_names {
            return Ok(Alteration::Rebuild);
        }
        Ok(Alteration::Steps(vec![Step::new(format!("CREATE OR REPLACE AGGREGATE {}", definition(to)?))]))
    }

    fn names(&self, object: &Object) -> Vec<String> {
        vec![format!("routine {}", signature(&object.id))]
    }

    fn called(&self, object: &Object) -> Vec<Called> {
        vec![Called::plain(Space::Routine, object)]
    }
}

/// The statement after `CREATE AGGREGATE`.
fn definition(object: &Object) -> Result<String> {
    let attrs: Attrs = object.read()?;
    let name = sql::path(object.id.path.get(..2).unwrap_or_default());
    let arguments = if attrs.arguments.is_empty() { "*" } else { &attrs.arguments };
    let mut parts = vec![format!("SFUNC = {}", attrs.transition), format!("STYPE = {}", attrs.state_type)];
    parts.extend(state(&attrs));
    parts.extend(moving_state(&attrs));
    parts.extend(attrs.sort_operator.as_ref().map(|it| format!("SORTOP = {it}")));
    match attrs.parallel {
        's' => parts.push("PARALLEL = SAFE".to_owned()),
        'r' => parts.push("PARALLEL = RESTRICTED".to_owned()),
        _ => {}
    }
    if attrs.kind == 'h' {
        parts.push("HYPOTHETICAL".to_owned());
    }
    Ok(format!("{name}({arguments}) (\n    {}\n)", parts.join(",\n    ")))
}

fn state(attrs: &Attrs) -> Vec<String> {
    let usual = if attrs.kind == 'n' { 'r' } else { 'w' };
    [
        (attrs.state_size != 0).then(|| format!("SSPACE = {}", attrs.state_size)),
        attrs.last.as_ref().map(|it| format!("FINALFUNC = {it}")),
        attrs.final_extra.then(|| "FINALFUNC_EXTRA".to_owned()),
        (attrs.final_modify != usual).then(|| format!("FINALFUNC_MODIFY = {}", modify(attrs.final_modify))),
        attrs.combine.as_ref().map(|it| format!("COMBINEFUNC = {it}")),
        attrs.serialize.as_ref().map(|it| format!("SERIALFUNC = {it}")),
        attrs.deserialize.as_ref().map(|it| format!("DESERIALFUNC = {it}")),
        attrs.initial.as_ref().map(|it| format!("INITCOND = {}", sql::literal(it))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn moving_state(attrs: &Attrs) -> Vec<String> {
    let usual = if attrs.kind == 'n' { 'r' } else { 'w' };
    [
        attrs.moving_transition.as_ref().map(|it| format!("MSFUNC = {it}")),
        attrs.moving_inverse.as_ref().map(|it| format!("MINVFUNC = {it}")),
        attrs.moving_state_type.as_ref().map(|it| format!("MSTYPE = {it}")),
        (attrs.moving_state_size != 0).then(|| format!("MSSPACE = {}", attrs.moving_state_size)),
        attrs.moving_final.as_ref().map(|it| format!("MFINALFUNC = {it}")),
        attrs.moving_final_extra.then(|| "MFINALFUNC_EXTRA".to_owned()),
        (attrs.moving_final_modify != usual).then(|| format!("MFINALFUNC_MODIFY = {}", modify(attrs.moving_final_modify))),
        attrs.moving_initial.as_ref().map(|it| format!("MINITCOND = {}", sql::literal(it))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether a final function may change the transition state, as the statement spells it.
fn modify(letter: char) -> &'static str {
    match letter {
        's' => "SHAREABLE",
        'w' => "READ_WRITE",
        _ => "READ_ONLY",
    }
}
