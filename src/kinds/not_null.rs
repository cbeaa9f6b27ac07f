//! NOT NULL of columns: a mark on the column up to 17, a constraint with a name from 18.

use serde::Deserialize;

use super::{
    Alteration, Context, DataCheck, Doubled, Folded, Kept, Kind, Section, Step, Verb, data_check, filled, handed_down, identity,
    inheritance, inherited_anew, key_of_partition, not_null_name, online, rename, required, succession, words,
};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct NotNull;

#[derive(PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    name: Option<String>,
    /// That of an inherited one, which cannot be changed.
    #[serde(rename = "_name")]
    inherited_name: Option<String>,
    #[serde(default)]
    no_inherit: bool,
    #[serde(default)]
    not_valid: bool,
    _constraint: Option<String>,
    /// Whether another of the schema has its name, and not from a parent.
    #[serde(default)]
    _shared: bool,
    #[serde(default, rename = "_inherited")]
    inherited: Vec<[String; 2]>,
    #[serde(rename = "_local")]
    local: Option<bool>,
    /// The name that the folder alone would give, where the live one is kept.
    #[serde(default)]
    _given: Option<String>,
}

impl Attrs {
    /// Whether a plain `NOT NULL` says it all, when its name needs not be said.
    fn plain(&self) -> bool {
        !self.no_inherit && !self.not_valid
    }

    /// The name to say: one that PostgreSQL would not give by itself.
    fn said(&self, object: &Object, context: &Context<'_>) -> Option<&String> {
        let said = self.name.as_ref().or(self.inherited_name.as_ref());
        said.or_else(|| self._constraint.as_ref().filter(|it| self._shared || not_null_name::is_shared(it, object, context)))
    }

    /// Whether a new child has it from its parents alone, though it may say the column itself (18).
    fn comes_from_parent(&self, object: &Object, context: &Context<'_>) -> bool {
        let (path, is_child) = (&object.id.path, context.is_created(&Id::new("table", &object.id.path[..2])));
        let id = |parent: &[String; 2]| Id::new("inheritance", &[&path[0], &path[1], &parent[0], &parent[1]]);
        is_child && self.local == Some(false) && self.inherited.iter().any(|it| context.to.get(&id(it)).is_some())
    }

    /// How it comes to a large table while others read and write.
    fn online(&self, object: &Object, head: &str, context: &Context<'_>) -> Vec<Step> {
        let column = sql::name(object.name(2));
        let set = Step::clause(head, format!("ALTER COLUMN {column} SET NOT NULL")).alone();
        if self.plain() && self.said(object, context).is_none() && shown_by(object, context.from, context).is_some() {
            return vec![set];
        }
        let name =
            self.said(object, context).cloned().unwrap_or_else(|| format!("{}_{}_not_null", object.name(1), object.name(2)));
        // PostgreSQL shortens a name that is too long in its own way, and the difference would stay.
        if context.server.major >= 18 && name.len() <= sql::LONGEST {
            let no_inherit = if self.no_inherit { " NO INHERIT" } else { "" };
            let name = sql::name(&name);
            return vec![
                Step::clause(head, format!("ADD CONSTRAINT {name} NOT NULL {column}{no_inherit} NOT VALID")).alone(),
                Step::clause(head, format!("VALIDATE CONSTRAINT {name}")).alone(),
            ];
        }
        let check = check(object, context);
        let mut steps = online::constraint(head, &check, &format!("CHECK ({column} IS NOT NULL)"), context);
        steps.push(set);
        // Not in one statement with the one before: it would be done first.
        steps.push(Step::clause(head, format!("DROP CONSTRAINT {}", sql::name(&check))).alone());
        steps
    }

    fn constraint(&self, object: &Object, said: Option<&String>) -> String {
        let name = said.map_or(String::new(), |it| format!("CONSTRAINT {} ", sql::name(it)));
        let no_inherit = if self.no_inherit { " NO INHERIT" } else { "" };
        let not_valid = if self.not_valid { " NOT VALID" } else { "" };
        format!("{name}NOT NULL {}{no_inherit}{not_valid}", sql::name(object.name(2)))
    }
}

/// What a child says of a column that it has from its parents alone, for a NOT NULL of its own on it (18).
pub(super) fn on_inherited(object: &Object, context: &Context<'_>) -> Result<Option<String>> {
    let attrs: Attrs = object.read()?;
    let own = context.server.major >= 18 && attrs.local == Some(true) && !attrs.not_valid;
    Ok(own.then(|| attrs.constraint(object, attrs.said(object, context))))
}

/// The name of the check that shows that there is no null, for as long as it is needed.
fn check(object: &Object, context: &Context<'_>) -> String {
    online::spare(&[&object.id.path[..2], &[format!("{}_not_null", object.name(2))]].concat(), context)
}

/// The check of its table that says the same of the rows that are there, in a state; it may go once they need it no longer.
fn shown_by<'a>(object: &'a Object, state: &'a Catalog, context: &Context<'_>) -> Option<&'a Object> {
    let says = format!("({} IS NOT NULL)", sql::name(object.name(2)));
    let attr = |it: &Object, name: &str| it.attrs.get(name).cloned().unwrap_or_default();
    let shows = |it: &&Object| {
        let holds = attr(it, "definition") == format!("CHECK ({says})") && attr(it, "_no_inherit").is_null();
        holds && !matches!(context.changes.get(&it.id), Some(Verb::Rebuild | Verb::Alter))
    };
    let column_stays = !context.changes.contains_key(&Id::new("column", &object.id.path));
    state.within("constraint", &object.id.path[..2]).filter(shows).find(|_| column_stays)
}

fn is_large(object: &Object, context: &Context<'_>) -> bool {
    context.is_large(&Id::new("table", &object.id.path[..2]))
}

/// Whether a plain `NOT NULL` says all of it, and is what stands at the end of its column's text.
pub(super) fn is_plain(object: &Object, column: &str) -> bool {
    let named = |name: &String| column.ends_with(&format!("CONSTRAINT {} NOT NULL", sql::name(name)));
    object.read::<Attrs>().is_ok_and(|it| it.plain() && !it._constraint.as_ref().is_some_and(named))
}

impl Kind for NotNull {
    fn name(&self) -> &'static str {
        "not_null"
    }

    fn query(&self) -> &'static str {
        include_str!("not_null.sql")
    }

    fn part_name(&self, object: &Object) -> Option<String> {
        object.attrs.get("_constraint").and_then(|it| it.as_str()).map(str::to_owned)
    }

    /// A table that comes under a parent, or leaves it, brings along the name that it would have by being made so.
    fn take_part_name(&self, object: &mut Object, from: &Object) {
        if object.attrs.get("_inherited") != from.attrs.get("_inherited") {
            return;
        }
        if let (Some(name), Some(attrs)) = (self.part_name(object), object.attrs.as_object_mut()) {
            attrs.insert("_given".to_owned(), name.into());
        }
        for name in ["name", "_name", "_constraint"] {
            words::take(object, from, name);
        }
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let head = super::table::head(context.to, &object.id.path[..2], false);
        let breaks = Hazard::BreaksApplication(format!("writes of NULL to {} are refused", sql::path(&object.id.path)));
        let column = Id::new("column", &object.id.path);
        let has_rows = !context.is_created(&column) || filled::afterwards(&column, context) || is_computed(&column, context);
        let filled = required::filled(object, context)?;
        if is_large(object, context) && !attrs.not_valid && has_rows {
            let mut steps = attrs.online(object, &head, context);
            // Nobody writes a column that is not there.
            if let Some(first) = steps.first_mut().filter(|_| !context.is_created(&column)) {
                first.hazards.push(breaks);
            }
            // What is written from now on has a value, then the others get one, then all are looked at.
            let place = steps.len().min(1);
            steps.splice(place..place, filled);
            return Ok(steps);
        }
        let said = attrs.said(object, context);
        let clause = if said.is_none() && attrs.plain() {
            format!("ALTER COLUMN {} SET NOT NULL", sql::name(object.name(2)))
        } else {
            format!("ADD {}", attrs.constraint(object, said))
        };
        let step = Step::clause(head, clause).risks(Hazard::Scans(sql::path(&object.id.path[..2])));
        let step = if filled::afterwards(&column, context) { step } else { step.risks(breaks) };
        Ok(filled.into_iter().chain(inherited_anew::comes(object, step, context)).collect())
    }

    fn inline(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Option<String>> {
        let attrs: Attrs = object.read()?;
        let column = Id::new("column", &object.id.path);
        let apart = filled::afterwards(&column, context) || is_large(object, context) && is_computed(&column, context);
        if super::kept::comes_back(object, context) || apart {
            return Ok(None);
        }
        if attrs.comes_from_parent(object, context) {
            return Ok(Some(String::new())); // said again it would be the child's own as well
        }
        let said = attrs.said(object, context);
        let is_identity = context.to.get(&Id::new("identity", &object.id.path)).is_some();
        if said.is_none() && attrs.plain() && is_identity && !identity::is_apart(&object.id.path, context) {
            return Ok(Some(String::new())); // an identity column is NOT NULL by itself
        }
        if said.is_none() && attrs.plain() && super::sequence::serial(&object.id, context).is_some() {
            return Ok(Some(String::new())); // and so is one of a serial type
        }
        let name = said.map_or(String::new(), |it| format!("CONSTRAINT {} ", sql::name(it)));
        let no_inherit = if attrs.no_inherit { " NO INHERIT" } else { "" };
        Ok((!attrs.not_valid).then(|| format!("{name}NOT NULL{no_inherit}")))
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let head = |only| super::table::head(context.from, &object.id.path[..2], only);
        let drop = format!("ALTER COLUMN {} DROP NOT NULL", sql::name(object.name(2)));
        let step = Step::clause(head(handed_down::goes_alone(&object.id, context)), drop);
        // A migration that stopped half way may have left the check.
        let checked = context.server.major < 18 && shown_by(object, context.to, context).is_none();
        let left = context.tolerant && is_large(object, context) && checked;
        let check =
            left.then(|| Step::clause(head(false), format!("DROP CONSTRAINT IF EXISTS {}", sql::name(&check(object, context)))));
        Ok(check.into_iter().chain([step]).collect())
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let head = super::table::head(context.to, &to.id.path[..2], false); // an inherited one is renamed with its parent's
        let (Some(before), Some(after)) = (&old._constraint, &new._constraint) else { return Ok(Alteration::Rebuild) };
        let is_handed_down = old.no_inherit && !new.no_inherit && !is_large(to, context);
        if new.not_valid && !old.not_valid || is_handed_down && handed_down::comes_below(to, context) {
            return Ok(Alteration::Rebuild);
        }
        let mut steps = Vec::new();
        let comes_to_inherit = old.inherited.is_empty() && inheritance::standing(&to.id.path, &new.inherited, context).is_some();
        if before != after && (new.inherited.is_empty() || comes_to_inherit) {
            // A rename cannot share its statement with other clauses.
            steps.push(Step::new(rename::constraint(&to.id.path[..2], &sql::name(before), &sql::name(after))));
        }
        if old.no_inherit != new.no_inherit {
            let word = if new.no_inherit { "NO INHERIT" } else { "INHERIT" };
            steps.push(Step::clause(&head, format!("ALTER CONSTRAINT {} {word}", sql::name(after))));
        }
        if old.not_valid && !new.not_valid {
            // By itself: a primary key that comes in the same statement is refused before any of it is done.
            let step = Step::new(format!("{head} VALIDATE CONSTRAINT {}", sql::name(after)));
            let step = step.risks(Hazard::Scans(sql::path(&to.id.path[..2])));
            steps.push(if is_large(to, context) { step.alone() } else { step });
        }
        Ok(Alteration::Steps(steps))
    }

    fn computed(&self, new: &Object, context: &Context<'_>) -> Result<Option<Doubled>> {
        required::in_two(new, context)
    }

    fn keep_filled(&self, object: &Object, archive: &dyn Fn(&Id) -> String, context: &Context<'_>) -> Option<(Id, Kept)> {
        required::kept(object, archive, context)
    }

    fn checks(&self, from: Option<&Object>, to: &Object, context: &Context<'_>) -> Result<Vec<DataCheck>> {
        let old: Option<Attrs> = from.map(Object::read).transpose()?;
        let (new, table, column): (Attrs, _, _) = (to.read()?, &to.id.path[..2], Id::new("column", &to.id.path));
        let held = data_check::holds_values(&column, context);
        if new.not_valid || !data_check::has_rows(table, context) || held && old.is_some_and(|it| !it.not_valid) {
            return Ok(Vec::new());
        }
        let name = sql::path(&to.id.path);
        let from = if new.no_inherit { data_check::only(table, context) } else { data_check::with_children(table, context) };
        let (condition, help) = if held {
            let Some(it) = required::is_left(to, &sql::name(to.name(2)), context) else { return Ok(Vec::new()) };
            (it, "give them a value")
        } else if let Some(it) = filled::by_expression(&column, context) {
            (format!("({it}) IS NULL"), "say in the hint what the column gets there")
        } else if filled::in_every_row(&column, context) {
            return Ok(Vec::new());
        } else {
            ("true".to_owned(), "give the column a default, or let it take nulls until they have a value")
        };
        let query = data_check::rows(table, &from, &condition, context);
        Ok(vec![DataCheck { what: format!("NOT NULL of {name}"), query, help: help.to_owned(), by_row: None }])
    }

    /// From 18 on it has one, which another of its table may want when a column goes or is renamed.
    fn names(&self, object: &Object) -> Vec<String> {
        let name = object.attrs.get("_constraint").and_then(|it| it.as_str());
        let table = object.id.path.get(..2).map(sql::path).unwrap_or_default();
        name.map(|it| format!("constraint {it} of {table}")).into_iter().collect()
    }

    fn relieves(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let shown = shown_by(object, context.from, context).map(|it| it.id.clone());
        let others = [required::keeper(object, context), succession::before_leaving(object, context)];
        shown.into_iter().chain(others.into_iter().flatten()).chain(handed_down::let_go(object, context)).collect()
    }

    /// A child's of another name comes first: its parent's joins it, and would else give the child one of its own name.
    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let stands = |it: &&Object| !context.is_created(&Id::new("table", &it.id.path[..2]));
        let other_name = |it: &&Object| is_local(it) && it.attrs.get("_constraint") != object.attrs.get("_constraint");
        let heirs = inheritance::heirs(&object.id, context.to).filter(stands).filter(other_name).map(|it| it.id.clone());
        heirs.chain(handed_down::before(object, context)).chain(inherited_anew::first(object, context)).collect()
    }

    /// A partition's cannot go before its parent's.
    fn precedes(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let stays = |it: &&Object| !context.is_dropped(&Id::new("table", &it.id.path[..2]));
        inheritance::heirs(&object.id, context.from).filter(stays).map(|it| it.id.clone()).collect()
    }

    /// One that is inherited cannot go by itself to come again as one that is not valid (18).
    fn tied_by(&self, from: &Object, to: &Object, context: &Context<'_>) -> Vec<Id> {
        let is_valid = |it: &Object| it.attrs.get("not_valid").is_none();
        let above = inheritance::parents(from).into_iter().map(|it| Id::new("not_null", &[&it[0], &it[1], from.name(2)]));
        above.filter(|it| is_valid(from) && !is_valid(to) && context.to.get(it).is_some()).collect()
    }

    /// A key that comes to a large table partition by partition marks theirs as their own, and so does a rollback (18).
    fn goes_by_itself(&self, object: &Object, context: &Context<'_>) -> bool {
        let in_parts = |it: &Object| {
            it.attrs.get("type").is_some_and(|it| it == "p")
                && it.attrs.get("_parent_index").is_some()
                && context.is_dropped(&it.id)
                && key_of_partition::is_large(it, context)
        };
        let stays = !context.is_dropped(&Id::new("table", &object.id.path[..2]));
        let mut keys = context.from.within("constraint", &object.id.path[..2]);
        context.server.major >= 18 && stays && object.attrs.get("_inherited").is_some() && keys.any(in_parts)
    }

    /// Whether it would stay if its parent's went (18).
    fn touched_up(&self, stood: Option<&Object>, is: &Object, wanted: &Object, context: &Context<'_>) -> Vec<Step> {
        let (table, column) = wanted.id.path.split_at(2);
        let comes = ["table", "partition"].iter().any(|it| context.is_created(&Id::new(it, table)));
        if stood.is_some_and(|it| !is_local(it)) && !comes || is_local(is) || !is_local(wanted) {
            return Vec::new();
        }
        let column = column.first().map_or(String::new(), |it| sql::name(it));
        vec![Step::clause(super::table::head(context.to, table, false), format!("ALTER COLUMN {column} SET NOT NULL")).anywhere()]
    }

    /// PostgreSQL renames none that is inherited (18).
    fn stays(&self, is: &Object, wanted: &Object) -> Option<String> {
        let column = sql::path(&wanted.id.path);
        let (is, wanted): (Attrs, Attrs) = (is.read().ok()?, wanted.read().ok()?);
        let (name, given) = (is._constraint?, wanted._given.or(wanted._constraint)?);
        let is_left = !is.inherited.is_empty() && name != given;
        is_left.then(|| {
            let (name, given) = (sql::name(&name), sql::name(&given));
            format!("NOT NULL of {column} keeps the inherited name {name}, where the schema folder gives {given}")
        })
    }

    fn comes_with(&self, object: &Object, context: &Context<'_>) -> Option<Id> {
        let attrs: Attrs = object.read().ok()?;
        let table = Id::new("table", &object.id.path[..2]);
        let stood_alone = context.from.get(&object.id).is_some_and(|it| inheritance::parents(it).is_empty());
        let own = attrs.local == Some(true) || stood_alone || context.is_created(&table);
        if own || context.changes.get(&Id::new("partition", &object.id.path[..2])).is_some() {
            return None;
        }
        inheritance::standing(&object.id.path, &attrs.inherited, context)
            .map(|it| Id::new("not_null", &[&it[0], &it[1], object.name(2)]))
            .filter(|it| !handed_down::goes_alone(it, context))
    }
}

/// Whether a column is computed as it is read: with it, all rows would be read for NOT NULL.
fn is_computed(column: &Id, context: &Context<'_>) -> bool {
    context.to.get(column).is_some_and(|it| it.attrs.get("generated").is_some_and(|it| it == "VIRTUAL"))
}

/// Whether it would be there without the one that it inherits (18).
pub(super) fn is_local(object: &Object) -> bool {
    object.attrs.get("_local").is_some_and(|it| it == true)
}

/// Whether a partition's is what its parent's gives to a table that is made as a partition.
pub(super) fn comes_along(own: &Object, above: &Object) -> bool {
    let same = |name: &str| own.attrs.get(name) == above.attrs.get(name);
    same("_constraint") && same("not_valid") && !(own.attrs.get("_constraint").is_some() && is_local(own))
}
