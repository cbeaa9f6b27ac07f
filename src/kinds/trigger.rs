//! Triggers (`pg_trigger`) of tables and views. A partition's copy of its parent's trigger comes and goes with that one; it is an
//! object here only where its state is another, and its statements only set that state.

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kept, Kind, Replaces, Section, Step, keeper, rename};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::lock::Mode;
use crate::sql;

pub(super) struct Trigger;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    /// None for a partition's copy.
    definition: Option<String>,
    /// As in `tgenabled`.
    enabled: char,
    /// The state of the trigger that this is a copy of.
    #[serde(rename = "overrides")]
    _overrides: Option<char>,
    /// It keeps a column in line: the statement that brings in line what was there before.
    #[serde(rename = "_fills")]
    fills: Option<String>,
    /// The values that this statement replaces.
    #[serde(rename = "_replaces")]
    replaces: Option<Replaces>,
    /// Paths of the triggers above a copy, nearest first; not all of them are objects.
    ancestors: Vec<Vec<String>>,
}

impl Attrs {
    fn is_constraint(&self) -> bool {
        self.definition.as_deref().is_some_and(|it| it.starts_with("CREATE CONSTRAINT"))
    }
}

impl Kind for Trigger {
    fn name(&self) -> &'static str {
        "trigger"
    }

    fn query(&self) -> &'static str {
        include_str!("trigger.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_trigger WHERE oid >= 16384")
    }

    fn rename(&self, from: &Id, to: &Id, _: &Context<'_>) -> Vec<Step> {
        rename::on_table("TRIGGER", from, to)
    }

    fn same_but_name(&self, old: &Object, new: &Object) -> bool {
        let nameless = |it: &Object| {
            let definition = it.read::<Attrs>().ok()?.definition?;
            Some(definition.replacen(&format!(" TRIGGER {} ", sql::name(it.name(2))), " TRIGGER ", 1))
        };
        old.parent == new.parent && nameless(old).is_some() && nameless(old) == nameless(new)
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn touches_rows(&self) -> bool {
        false
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let state = (attrs.enabled != 'O').then(|| enable(object, attrs.enabled));
        if let (Some(fills), Some(definition)) = (&attrs.fills, &attrs.definition) {
            let table = &object.id.path[..2];
            let is_large = context.is_large(&Id::new("table", table));
            let made = std::iter::once(Step::new(definition)).chain(state);
            let made = made.map(|it| if is_large { it.alone() } else { it });
            return Ok(made.chain([keeper::step(table, fills, context)]).collect());
        }
        if keeper::is_keeper(&object.id)
            && let Some(definition) = &attrs.definition
        {
            let made = keeper::made(Step::new(definition), context);
            return Ok(std::iter::once(made).chain(state.map(Step::anywhere)).collect());
        }
        let is_copy = attrs.definition.is_none();
        let mut steps: Vec<Step> = attrs.definition.map(Step::new).into_iter().collect();
        if is_copy || attrs.enabled != 'O' {
            steps.push(enable(object, attrs.enabled));
        }
        Ok(steps)
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        if attrs.definition.is_none() {
            return Ok(vec![enable(object, inherited(&attrs, context.to)?)]);
        }
        let name = sql::name(object.name(2));
        let step = Step::new(format!("DROP TRIGGER {}{name} ON {}", context.if_exists(), table(object)));
        if context.from.partitions(&object.id.path[..2]).next().is_some() {
            // PostgreSQL takes it from the partitions first, which others lock after the table.
            return Ok(vec![Step::new(sql::lock_only(&table(object), Mode::AccessExclusive)), step]);
        }
        Ok(vec![if keeper::is_keeper(&object.id) { step.anywhere() } else { step }])
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if old.definition == new.definition {
            return Ok(Alteration::Steps(vec![enable(to, new.enabled)]));
        }
        let (Some(definition), Some(_), false) = (&new.definition, &old.definition, old.is_constraint() || new.is_constraint())
        else {
            return Ok(Alteration::Rebuild);
        };
        let mut steps = vec![Step::new(definition.replacen("CREATE TRIGGER", "CREATE OR REPLACE TRIGGER", 1))];
        if new.enabled != 'O' {
            steps.push(enable(to, new.enabled)); // replacing enables it
        }
        Ok(Alteration::Steps(steps))
    }

    fn keep_filled(&self, object: &Object, archive: &dyn Fn(&Id) -> String, context: &Context<'_>) -> Option<(Id, Kept)> {
        object.read::<Attrs>().ok()?.replaces?.kept(&object.id, archive, context)
    }

    fn survives(&self, from: &Object, to: &Object, dependent: &Object) -> bool {
        dependent.id.kind != self.name() || from.attrs.get("definition") == to.attrs.get("definition")
    }

    /// A copy goes with every trigger above it, and when its table or one above is detached.
    fn goes_with(&self, object: &Object, _: &Context<'_>) -> Vec<Id> {
        let Ok(attrs) = object.read::<Attrs>() else { return Vec::new() };
        let copies = attrs.ancestors.iter().rev().skip(1).chain(attrs.definition.is_none().then_some(&object.id.path));
        let attachments = copies.filter_map(|it| it.split_last()).map(|(_, table)| Id::new("partition", table));
        attrs.ancestors.iter().map(|it| Id::new(self.name(), it)).chain(attachments).collect()
    }
}

/// The state that a copy has when nobody sets it: that of the nearest trigger above.
fn inherited(attrs: &Attrs, catalog: &Catalog) -> Result<char> {
    let above = attrs.ancestors.iter().find_map(|it| catalog.get(&Id::new("trigger", it)));
    above.map_or(Ok('O'), |it| Ok(it.read::<Attrs>()?.enabled))
}

/// The statements, to be run on a clone, that have triggers which answer to updates of a column answer to those of another too: what a
/// trigger before them writes into the one is no update of it (manual, CREATE TRIGGER). More than one of its columns may need it. A
/// constraint's cannot be replaced.
pub(super) fn answering_too(column: &Id, other: &str, context: &Context<'_>) -> Vec<String> {
    let name = column.path.last().map_or(String::new(), |it| sql::name(it));
    let more = |trigger: &Object| {
        let attrs: Attrs = trigger.read().ok().filter(|it: &Attrs| !it.is_constraint())?;
        let (_, of) = attrs.definition.as_deref()?.split_once(" UPDATE OF ")?;
        let list = of.split(" ON ").next()?.split(" OR ").next()?;
        list.split(", ").any(|it| it == name).then(|| also(trigger, &attrs, other))
    };
    let needs = |it: &&Object| context.from.needs(&it.id).any(|need| need == column);
    context.from.within("trigger", &column.path[..2]).filter(needs).filter_map(more).flatten().collect()
}

/// A trigger made anew, so that it answers to updates of another column too.
fn also(trigger: &Object, attrs: &Attrs, other: &str) -> Vec<String> {
    let [words, anew] = [["CREATE TRIGGER", "CREATE OR REPLACE TRIGGER"], [" UPDATE OF ", &format!(" UPDATE OF {other}, ")]]
        .map(|it| it.map(sql::literal).join(", "));
    let body = format!(
        "
DECLARE
    _sql text := (SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = {}::regclass AND tgname = {});
BEGIN
    EXECUTE replace(replace(_sql, {words}), {anew});
END;
",
        sql::literal(&table(trigger)),
        sql::literal(trigger.name(2))
    );
    let state = (attrs.enabled != 'O').then(|| enable(trigger, attrs.enabled).sql.text());
    std::iter::once(format!("DO {}", sql::dollar(&body))).chain(state).collect()
}

fn table(object: &Object) -> String {
    sql::path(object.id.path.get(..2).unwrap_or_default())
}

/// For a partitioned table this sets the state of every partition's copy as well.
fn enable(object: &Object, state: char) -> Step {
    Step::clause(format!("ALTER TABLE {}", table(object)), format!("{} TRIGGER {}", enabled(state), sql::name(object.name(2))))
}

/// How `ALTER TABLE` spells a letter of `tgenabled` or `ev_enabled`.
pub(super) fn enabled(state: char) -> &'static str {
    match state {
        'D' => "DISABLE",
        'R' => "ENABLE REPLICA",
        'A' => "ENABLE ALWAYS",
        _ => "ENABLE",
    }
}
