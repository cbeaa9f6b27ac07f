//! The changes of a plan as sentences a reviewer reads, in the order in which they happen.

use std::collections::{BTreeMap, BTreeSet};

use crate::archive::SCHEMA;
use crate::catalog::Id;
use crate::hazard::Hazard;
use crate::kinds::{Sql, Verb};
use crate::plan::{Plan, Planned};
use crate::shape::Words;
use crate::sql;

use super::names::{code, inside, is_attached, is_recompiling, kind_word, locked_view, named, rank, short_code};
use super::rename::rename;

/// How much of a statement a sentence quotes.
const LONGEST_QUOTE: usize = 160;

/// The sentences of one table or other outermost object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) heading: String,
    pub(super) sentences: Vec<Sentence>,
}

/// What one change does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sentence {
    pub(super) text: String,
    /// Whether it is without any risk, so that it may stand for others that are like it.
    pub(super) is_plain: bool,
}

/// Every change of a migration as a sentence, neighbours of one group under one heading. What is made is plain where nothing is risked
/// by it, or where it belongs to what is new.
pub(super) fn sections(plan: &Plan) -> Vec<Section> {
    let is_new = |it: &Id| plan.changes.get(it) == Some(&Verb::Create);
    told(plan, |it| it.verb == Verb::Create && (it.step.hazards.is_empty() || is_new(&it.group)))
}

/// The same of its rollback. What takes away what came with the migration is plain.
pub(super) fn sections_back(up: &Plan, down: &Plan) -> Vec<Section> {
    let came = |it: &Id| up.changes.get(it) == Some(&Verb::Create);
    let asserts = |it: &Planned| it.step.hazards.iter().any(|it| it.asserted().is_some());
    told(down, |it| (came(&it.id) || came(&it.group)) && !asserts(it))
}

fn told(plan: &Plan, is_plain: impl Fn(&Planned) -> bool) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut said: BTreeSet<(usize, String)> = BTreeSet::new();
    for planned in &plan.steps {
        let Some(text) = sentence(plan, planned) else { continue };
        let heading = titled(&planned.group);
        let place = *places.entry(heading.clone()).or_insert_with(|| {
            sections.push(Section { heading, sentences: Vec::new() });
            sections.len() - 1
        });
        if said.insert((place, text.clone())) {
            sections[place].sentences.push(Sentence { text, is_plain: is_plain(planned) });
        }
    }
    sections
}

fn sentence(plan: &Plan, planned: &Planned) -> Option<String> {
    if let Some(view) = locked_view(&planned.step.sql.text()) {
        return Some(format!("Keep others off {} to the end", code(view)));
    }
    if plan.changes.get(&planned.id) == Some(&Verb::Rebuild) {
        let came_with_it =
            is_attached(&planned.id) || plan.changes.get(&planned.group) == Some(&Verb::Rebuild) && planned.id != planned.group;
        return (!came_with_it).then(|| format!("Rebuild {}: dropped and created again", object(planned)));
    }
    if planned.step.batches.is_some() {
        return Some(format!("Fill the rows in batches: {}", short_code(&planned.step.sql.text(), LONGEST_QUOTE)));
    }
    Some(match &planned.step.sql {
        Sql::Clause { head, clause } => {
            let mut words = Words::new(head);
            let table = if words.accept("ALTER TABLE") { code(skipped(words).rest()) } else { code(head) };
            clause_sentence(&table, clause)
        }
        Sql::Statement(sql) => statement_sentence(plan, planned, sql),
    })
}

/// `trigger touch on public.orders`, `table public.orders`.
fn object(planned: &Planned) -> String {
    let Planned { id, group, .. } = planned;
    match inside(id, group) {
        Some(part) => format!("{} {} of {}", kind_word(id), code(&part), code(&named(group))),
        None => titled(id),
    }
}

/// `table public.orders`; the kind alone where that is its name.
fn titled(id: &Id) -> String {
    let (kind, name) = (kind_word(id), named(id));
    if kind == name { kind } else { format!("{kind} {}", code(&name)) }
}

fn clause_sentence(table: &str, clause: &str) -> String {
    let mut words = Words::new(clause);
    if words.accept("ADD COLUMN") {
        return format!("Add column {} to {table}", short_code(skipped(words).rest(), LONGEST_QUOTE));
    }
    if words.accept("DROP COLUMN") {
        return format!("Drop column {} of {table}", code(skipped(words).path().unwrap_or_default()));
    }
    if words.accept("ADD CONSTRAINT") {
        let name = code(words.path().unwrap_or_default());
        return format!("Add constraint {name} to {table}: {}", short_code(words.rest(), LONGEST_QUOTE));
    }
    if words.accept("DROP CONSTRAINT") {
        return match words.clauses()[..] {
            [_, added] => format!("{}; where it is there already, it goes before", clause_sentence(table, added)),
            _ => format!("Drop constraint {} of {table}", code(skipped(words).path().unwrap_or_default())),
        };
    }
    if words.accept("VALIDATE CONSTRAINT") {
        return format!("Check all rows of {table} for constraint {}", code(words.rest()));
    }
    if words.accept("RENAME CONSTRAINT") {
        let old = code(words.path().unwrap_or_default());
        words.accept("TO");
        return format!("Rename constraint {old} of {table} to {}", code(words.rest()));
    }
    if words.accept("ALTER COLUMN")
        && let Some(name) = words.path()
    {
        return column_sentence(table, &code(name), words, clause);
    }
    format!("Change {table}: {}", short_code(clause, LONGEST_QUOTE))
}

fn column_sentence(table: &str, column: &str, mut words: Words<'_>, clause: &str) -> String {
    if words.accept("SET NOT NULL") {
        return format!("Require a value in column {column} of {table} (`NOT NULL`)");
    }
    if words.accept("DROP NOT NULL") {
        return format!("Allow `NULL` in column {column} of {table}");
    }
    if words.accept("DROP DEFAULT") {
        return format!("Remove the default of column {column} of {table}");
    }
    if words.accept("SET DEFAULT") {
        return format!("Set the default of column {column} of {table} to {}", short_code(words.rest(), LONGEST_QUOTE));
    }
    if words.accept("TYPE") || words.accept("SET DATA TYPE") {
        return format!("Change the type of column {column} of {table} to {}", short_code(words.rest(), LONGEST_QUOTE));
    }
    format!("Change column {column} of {table}: {}", short_code(clause, LONGEST_QUOTE))
}

/// What is kept of an object before it goes, and brought back.
fn archive_sentence(planned: &Planned, sql: &str) -> Option<String> {
    let mut words = Words::new(sql);
    if words.accept("CREATE SCHEMA IF NOT EXISTS") {
        return Some(format!("Make the schema {} if it is not there", code(words.rest())));
    }
    if words.accept("LOCK TABLE") {
        words.accept("ONLY");
        let table = code(words.path()?);
        let is_read = sql.ends_with(" IN SHARE MODE");
        return Some(if is_read {
            format!("Keep writers off {table} while it is read")
        } else {
            format!("Keep others off {table} to the end")
        });
    }
    if planned.verb == Verb::Alter
        && let Some(sentence) = noting_sentence(planned, words)
    {
        return Some(sentence);
    }
    if words.accept("CREATE TABLE") && sql.contains(&format!(" {SCHEMA}.")) && planned.verb == Verb::Alter {
        return Some(format!("Keep what {} holds in {}", object(planned), code(words.path()?)));
    }
    if sql.starts_with("DO ") && sql.contains(&format!("CREATE SCHEMA IF NOT EXISTS {SCHEMA}")) {
        return Some(format!("Keep what was written into {} in the schema {}", object(planned), code(SCHEMA)));
    }
    let brings_back = words.accept("DO") && sql.contains(&format!("to_regclass('{SCHEMA}."));
    brings_back.then(|| format!("Bring back what was kept of {}", object(planned)))
}

/// What is kept of a large table's column in a file before the one in which it goes.
fn noting_sentence(planned: &Planned, mut words: Words<'_>) -> Option<String> {
    let named = |words: &mut Words<'_>| words.path().map(code);
    let is_kept = |words: &Words<'_>| words.rest().starts_with(&format!("{SCHEMA}."));
    Some(if words.accept("CREATE FUNCTION") {
        format!("Make the function {} for the trigger", named(&mut words)?)
    } else if words.accept("CREATE TRIGGER") {
        format!("Note there what is written from now on, by the trigger {}", named(&mut words)?)
    } else if words.accept("INSERT INTO") && is_kept(&words) {
        format!("Keep what {} holds in {}", object(planned), named(&mut words)?)
    } else if words.accept("CREATE TABLE") && is_kept(&words) && words.rest().contains(" AS IDENTITY)") {
        format!("Make {} for what {} holds", named(&mut words)?, object(planned))
    } else if words.accept("DROP TABLE IF EXISTS") && is_kept(&words) {
        format!("Drop {}, which kept what {} holds", named(&mut words)?, object(planned))
    } else if words.accept("DROP TRIGGER") {
        format!("Drop the trigger {}", named(&mut words)?)
    } else if words.accept("DROP FUNCTION") {
        format!("Drop the function {}", named(&mut words)?)
    } else {
        return None;
    })
}

/// What brings a child something of a new parent's.
fn parent_sentence(planned: &Planned, mut words: Words<'_>) -> Option<String> {
    let (_, verb) = [("CREATE TABLE", "Make"), ("DROP TABLE", "Drop")].into_iter().find(|it| words.accept(it.0))?;
    words.accept("IF EXISTS");
    let table = words.path()?;
    let is_another = planned.id.path.get(..2).is_some_and(|it| sql::path(it) != table) && planned.id != planned.group;
    is_another.then(|| format!("{verb} {}, a parent for the time being: what comes with it is inherited", code(table)))
}

fn statement_sentence(plan: &Plan, planned: &Planned, sql: &str) -> String {
    if let Some(what) = planned.step.hazards.iter().find_map(Hazard::asserted) {
        return format!("Stop unless it holds: {what}");
    }
    if let Some(it) = rename(sql).filter(|_| planned.verb == Verb::Alter) {
        return it.sentence();
    }
    let quote = short_code(sql, LONGEST_QUOTE);
    let mut words = Words::new(sql);
    for (verb, meaning) in
        [("GRANT", "Grant"), ("REVOKE", "Revoke"), ("SECURITY", "Set a security label"), ("ANALYZE", "Gather statistics")]
    {
        if words.accept(verb) {
            return format!("{meaning}: {quote}");
        }
    }
    if words.accept("COMMENT ON") {
        return comment_sentence(words.rest());
    }
    if let Some(sentence) = archive_sentence(planned, sql).or_else(|| parent_sentence(planned, words)) {
        return sentence;
    }
    if is_recompiling(sql) {
        return format!("Have running sessions compile {} anew, for the types that its table has now", object(planned));
    }
    if is_attached(&planned.id) {
        return format!("Change {}: {quote}", kind_word(&planned.id));
    }
    if words.accept("ALTER TABLE") {
        let mut words = skipped(words);
        let table = code(words.path().unwrap_or_default());
        return clause_sentence(&table, words.rest());
    }
    match planned.verb {
        Verb::Drop if words.accept("DROP") => format!("Drop {}", object(planned)),
        Verb::Create | Verb::Rebuild if words.accept("CREATE") => created(plan, planned, words),
        Verb::Alter if words.accept("CREATE OR REPLACE") => format!("Redefine {}", object(planned)),
        _ => format!("Change {}: {quote}", object(planned)),
    }
}

/// `Comment on table public.t: 'text'`, from what follows `COMMENT ON`.
fn comment_sentence(rest: &str) -> String {
    let Some((of, text)) = rest.split_once(" IS ") else { return format!("Set a comment: {}", short_code(rest, LONGEST_QUOTE)) };
    let names = of.find(|it: char| !it.is_ascii_uppercase() && it != ' ').unwrap_or(0);
    let (kind, name) = (of[..names].trim().to_lowercase(), &of[names..]);
    let name = match name.split_once(" ON ").filter(|it| it.0.matches('"').count().is_multiple_of(2)) {
        Some((part, whole)) => match whole.strip_prefix("DOMAIN ") {
            Some(domain) => format!("{} of domain {}", code(part), code(domain)),
            None => format!("{} of {}", code(part), code(whole)),
        },
        None => code(name),
    };
    match text {
        "NULL" => format!("Remove the comment on {kind} {name}"),
        _ => format!("Comment on {kind} {name}: {}", short_code(text, LONGEST_QUOTE)),
    }
}

/// What is created, with what one wants to know without reading the statement.
fn created(plan: &Plan, planned: &Planned, mut words: Words<'_>) -> String {
    words.accept("UNIQUE");
    if words.accept("INDEX") {
        let on = words.after("ON").map_or(String::new(), |it| format!(" on {}", short_code(it.rest(), LONGEST_QUOTE)));
        return format!("Create {} {}{on}", kind_word(&planned.id), code(&named(&planned.id)));
    }
    let mut partition = words;
    if partition.accept("TABLE") && partition.path().is_some() && partition.accept("PARTITION OF") {
        return format!("Create {} as partition of {}", object(planned), short_code(partition.rest(), LONGEST_QUOTE));
    }
    let parts = folded(plan, &planned.id);
    if parts.is_empty() {
        return format!("Create {}", object(planned));
    }
    format!("Create {} with {}", object(planned), parts.join(", "))
}

/// Parts that stand inside the statement that creates `id`, counted: `3 columns`. What only qualifies a part (a column's default)
/// has the part's path and is not counted.
fn folded(plan: &Plan, id: &Id) -> Vec<String> {
    let is_below = |it: &&Id| it.path.starts_with(&id.path);
    let steps: Vec<&Id> = plan.steps.iter().map(|it| &it.id).filter(is_below).collect();
    let has_step = |part: &Id| steps.contains(&part);
    let is_of_another = |part: &Id| {
        let nearer = |it: &&Id| it.path.len() > id.path.len() && inside(it, id).is_some() && inside(part, it).is_some();
        steps.iter().any(nearer)
    };
    let mut parts: BTreeMap<&[String], &Id> = BTreeMap::new();
    for (part, _) in plan.changes.iter().filter(|it| *it.1 == Verb::Create && is_below(&it.0)) {
        if part != id && inside(part, id).is_some() && !has_step(part) && !is_of_another(part) {
            let known = parts.entry(&part.path).or_insert(part);
            *known = if rank(part) < rank(known) { part } else { *known };
        }
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for part in parts.values() {
        *counts.entry(kind_word(part)).or_default() += 1;
    }
    counts.into_iter().map(|(kind, count)| if count == 1 { format!("1 {kind}") } else { format!("{count} {kind}s") }).collect()
}

fn skipped(mut words: Words<'_>) -> Words<'_> {
    while ["IF NOT EXISTS", "IF EXISTS", "ONLY"].iter().any(|it| words.accept(it)) {}
    words
}
