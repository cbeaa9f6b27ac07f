//! Bodies of routines read without running them: PostgreSQL does not track what a body in a string names, so a migration can
//! take it away unseen.
//!
//! What is found here is for a reader. It is never a dependency: nothing is planned by it.

mod counted;
mod dynamic;
mod lost;
mod read;
mod uses;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Id};
use crate::kinds::{Body, Space, Verb, kind};
use crate::source::deeply;
use crate::source::lexer::{Kind, Lexer};
use crate::sql;

use lost::{Fate, Lost, Words, lost};
use read::Piece;
use uses::{Scope, Use};

/// Every routine of the state after whose body names what the migration drops, renames or changes, or counts on the place of what it
/// adds, as sentences.
pub fn findings(from: &Catalog, to: &Catalog, changes: &BTreeMap<Id, Verb>) -> Vec<String> {
    let (before, after) = (Words::of(from), Words::of(to));
    let lost = lost(&before, &after, [from, to], changes);
    if lost.is_empty() {
        return Vec::new();
    }
    let bodies: Vec<(&Id, Body)> = to.objects.values().filter_map(|it| Some((&it.id, kind(&it.id.kind).body(it)?))).collect();
    let read = || {
        let found: Vec<&(&Id, Body)> = bodies.iter().filter(|it| matches!(it.1.language.as_str(), "sql" | "plpgsql")).collect();
        let triggered = rows_of_triggers(&found.iter().map(|it| it.0).collect(), [from, to]);
        let rows = |id: &Id| triggered.get(id).cloned().unwrap_or_default();
        let in_body = |(id, body): &(&Id, Body)| {
            let comes = changes.get(id).is_some_and(|it| *it == Verb::Alter || it.comes());
            // What a body that PostgreSQL has read names is its dependency; one that stands means what it meant.
            let concerns = |it: &&Lost| match it.fate {
                Fate::Behind => comes,
                Fate::Last => comes || !body.is_bound,
                _ => !body.is_bound,
            };
            let lost: Vec<&Lost> = lost.iter().filter(concerns).collect();
            if lost.is_empty() { Vec::new() } else { in_body(body, &before, &after, &lost, rows(id)) }
        };
        Ok(found.into_iter().flat_map(in_body).collect())
    };
    deeply(read).unwrap_or_else(|error| vec![format!("the bodies of routines could not be read: {error}")])
}

/// The relations whose triggers call each of the routines: what `NEW` and `OLD` are there.
fn rows_of_triggers(routines: &BTreeSet<&Id>, states: [&Catalog; 2]) -> BTreeMap<Id, BTreeSet<Vec<String>>> {
    let mut relations: BTreeMap<Id, BTreeSet<Vec<String>>> = BTreeMap::new();
    for state in states {
        for (user, needs) in &state.needs {
            let parent = || state.get(state.get(user)?.parent.as_ref()?);
            for routine in needs.iter().filter(|it| routines.contains(it)) {
                let called = parent().into_iter().flat_map(|it| kind(&it.id.kind).called(it));
                let paths = called.filter(|it| it.space == Space::Relation).map(|it| it.path);
                relations.entry(routine.clone()).or_default().extend(paths);
            }
        }
    }
    relations
}

/// What is found of one lost thing in one body.
#[derive(Default)]
struct Found {
    lines: BTreeSet<usize>,
    other: Option<String>,
}

fn in_body(body: &Body, from: &Words, to: &Words, lost: &[&Lost], triggered: BTreeSet<Vec<String>>) -> Vec<String> {
    let read = read::read(body, &|it| Scope::is_row(from, to, it));
    let mut rows = BTreeMap::from([("new".to_owned(), triggered.clone()), ("old".to_owned(), triggered)]);
    for (record, piece) in &read.rows {
        let relations = read.pieces.get(*piece).map(Scope::relations).unwrap_or_default();
        rows.entry(record.to_lowercase()).or_default().extend(relations);
    }
    let path = body.search_path.as_deref().map(search_path);
    let (returns, is_bound) = (body.returns.clone(), body.is_bound);
    let scope = Scope { from, to, path, variables: read.variables, rows, columns_win: body.language == "sql", returns, is_bound };
    let texts = dynamic::texts(&read.pieces);
    let mut found: BTreeMap<(usize, bool, &str), Found> = BTreeMap::new();
    let mut note = |number: usize, it: Use, line: usize| {
        let entry = found.entry((number, it.is_guess, it.verb)).or_default();
        entry.lines.insert(line);
        entry.other = entry.other.take().or(it.other);
    };
    let pieces: Vec<&Piece> = read.pieces.iter().chain(texts.iter().filter_map(|it| it.piece.as_ref())).collect();
    for (number, lost) in lost.iter().enumerate() {
        for piece in &pieces {
            scope.uses(piece, lost).into_iter().for_each(|it| note(number, it.clone(), piece.line(it.location)));
        }
        for (name, of) in &scope.variables {
            let declared = of.as_ref().and_then(|it| Piece::of_type(it, &body.text, name));
            let uses = declared.iter().flat_map(|piece| scope.uses(piece, lost).into_iter().map(|it| (it, piece.line(0))));
            uses.for_each(|(it, line)| note(number, it, line));
        }
        for text in texts.iter().filter(|it| it.piece.is_none() && may_name(&it.words, lost)) {
            note(number, Use { verb: "names", is_guess: true, other: None, location: 0 }, text.line);
        }
        for (first, text) in &read.unread {
            for line in mentions(text, lost) {
                note(number, Use { verb: "names", is_guess: true, other: None, location: 0 }, first + line);
            }
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|it| it.1.lines.first().copied());
    found.into_iter().map(|((number, is_guess, verb), it)| sentence(body, lost[number], verb, is_guess, &it)).collect()
}

/// `function public.total(integer), line 3, reads public.orders.legacy, which this migration drops`
fn sentence(body: &Body, lost: &Lost, verb: &str, is_guess: bool, found: &Found) -> String {
    let lines: Vec<String> = found.lines.iter().map(ToString::to_string).collect();
    let lines = match lines.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("lines {} and {last}", rest.join(", ")),
        _ => format!("line {}", lines.concat()),
    };
    let verb = match (verb.split_once(' '), is_guess) {
        (_, false) => verb.to_owned(),
        (Some((verb, rest)), true) => format!("may {} {rest}", &verb[..verb.len() - 1]),
        (None, true) => format!("may {}", &verb[..verb.len() - 1]),
    };
    let path = &lost.called.path;
    let mut what = match (lost.called.space, path.split_last()) {
        (Space::Routine, Some((arguments, names))) => format!("{}({arguments})", sql::path(names)),
        (Space::Label, Some((label, of))) => format!("the label {} of {}", sql::literal(label), sql::path(of)),
        _ => sql::path(path),
    };
    if let Some(other) = &found.other {
        what = format!("{what} (or that of {other})");
        if lost.called.space != Space::Column {
            what = what.replace("(or that of ", "or ").trim_end_matches(')').to_owned();
        }
    }
    let fate = match &lost.fate {
        Fate::Dropped if lost.called.space == Space::Label => "this migration removes".to_owned(),
        Fate::Dropped => "this migration drops".to_owned(),
        Fate::Renamed => "this migration renames".to_owned(),
        Fate::Last => "this migration adds after the columns that are there".to_owned(),
        Fate::Behind => "stands after columns before which it is declared".to_owned(),
        Fate::Changed(new) => format!("this migration changes from {} to {new}", lost.called.of),
    };
    format!("{}, {lines}, {verb} {what}, which {fate}", body.routine)
}

/// Whether words name it: a column's together with its table's.
fn may_name(words: &[String], lost: &Lost) -> bool {
    let names = lost.called.names();
    let has = |it: &String| words.contains(it);
    match (lost.called.space, names) {
        _ if lost.fate.is_of_place() => false,
        (Space::Column, [.., table, column]) => has(table) && has(column),
        (Space::Label, _) => false,
        (_, names) => names.last().is_some_and(has),
    }
}

/// The lines, from 0, on which a text that cannot be read has the name as a word, outside of comments and strings.
fn mentions(text: &str, lost: &Lost) -> Vec<usize> {
    if !may_name(&dynamic::words(text), lost) {
        return Vec::new();
    }
    let Some(name) = lost.called.names().last() else { return Vec::new() };
    let words = Lexer::new(text).filter(|it| matches!(it.kind, Kind::Word | Kind::Name));
    let named = words.filter(|it| read::unquoted(&text[it.range.clone()]) == *name);
    named.map(|it| text[..it.range.start].matches('\n').count()).collect()
}

/// The schemas of a `search_path` setting that hold objects of ours.
fn search_path(setting: &str) -> Vec<String> {
    dynamic::words(setting).into_iter().filter(|it| !matches!(it.as_str(), "$user" | "pg_catalog" | "pg_temp")).collect()
}

#[cfg(test)]
#[path = "bodies/tests.rs"]
mod tests;
