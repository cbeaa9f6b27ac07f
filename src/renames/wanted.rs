//! Renames that somebody asked for, in a flag or in a hint, and what they speak of.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Id};
use crate::error::{Error, Result};
use crate::kinds::{free, kind};
use crate::source::Source;
use crate::sql;

use super::{Pair, has};

/// A rename that the user asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The kind of object; any when it was not said.
    pub kind: Option<String>,
    /// Its names now, from the outermost in; of a hint only the last ones may be there.
    pub old: Vec<String>,
    /// Its names after, from the outermost in, or the last one.
    pub new: Vec<String>,
    /// The types of a routine's arguments, where they were said.
    pub arguments: Option<String>,
    /// Where it was said: a flag or a place in the schema folder.
    pub said: String,
    /// A hint that no longer applies is a note; a flag that does not apply is an error.
    pub is_hint: bool,
}

/// What a flag `--rename OLD=NEW` asks for.
pub fn of_flag(old: &str, new: &str) -> Wanted {
    let ((old_names, arguments), (new_names, _)) = (names(old), names(new));
    let said = format!("--rename {old}={new}");
    Wanted { kind: None, old: old_names, new: new_names, arguments, said, is_hint: false }
}

/// What the hints of a schema folder ask for.
pub fn of_hints(source: &Source) -> Vec<Wanted> {
    let hints = source.hints.iter().filter_map(|hint| {
        let (old, above) = (hint.text.strip_prefix("renamed from ")?.trim(), hint.above.as_ref()?);
        let label = old.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')).map(|it| it.replace("''", "'"));
        let old = label.map_or_else(|| names(old).0, |it| vec![it]);
        let said = format!("{}:{}", hint.place.file, hint.place.line);
        Some(Wanted { kind: Some(above.kind.clone()), old, new: above.path.clone(), arguments: None, said, is_hint: true })
    });
    hints.collect()
}

/// What an answer asks for.
pub fn of_answer((old, new): &Pair) -> Wanted {
    let split = |id: &Id| {
        let at = kind(&id.kind).name_at(&id.path) + 1;
        (id.path[..at.min(id.path.len())].to_vec(), id.path.get(at).cloned())
    };
    let ((old_names, arguments), (new_names, _)) = (split(old), split(new));
    let said = format!("the answer that {old} is now {new}");
    Wanted { kind: Some(new.kind.clone()), old: old_names, new: new_names, arguments, said, is_hint: false }
}

/// How a hint says what an object of the state `to`, or a label in one, was called.
pub fn hint(pair: &Pair, to: &Catalog) -> String {
    let (old, new) = (of_answer(pair).old, of_answer(pair).new);
    let name = old.last().map_or("", String::as_str);
    match old.split_last().map(|it| it.1) == new.split_last().map(|it| it.1) {
        true if to.get(&pair.1).is_none() => format!("renamed from {}", sql::literal(name)),
        true => format!("renamed from {}", sql::name(name)),
        false => format!("renamed from {}", sql::path(&old)),
    }
}

/// The flag that says the same, for a shell.
pub fn flag(pair: &Pair) -> String {
    let wanted = of_answer(pair);
    let (old, new) = (&wanted.old, &wanted.new);
    let arguments = wanted.arguments.map_or(String::new(), |it| format!("({it})"));
    let moved = old[..old.len() - 1] != new[..new.len() - 1];
    let new = if moved { sql::path(new) } else { sql::name(&new[new.len() - 1]) };
    let text = format!("{}{arguments}={new}", sql::path(old));
    let plain = text.chars().all(|it| it.is_ascii_alphanumeric() || "._=-".contains(it));
    format!("--rename {}", if plain { text } else { format!("'{}'", text.replace('\'', "'\\''")) })
}

/// The wanted renames that can be done in this state, and those that cannot, or not yet. `done` are those done before.
pub(super) fn resolve<'a>(
    state: &Catalog,
    to: &Catalog,
    open: &[&'a Wanted],
    all: &[Wanted],
    done: &[Pair],
) -> Result<(Vec<Pair>, Vec<&'a Wanted>)> {
    let (mut found, mut left): (Vec<(&Wanted, Pair)>, Vec<&Wanted>) = (Vec::new(), Vec::new());
    for it in open {
        match it.meant(state, to, all, done).as_slice() {
            [] => left.push(*it),
            [pair] if found.iter().any(|other| other.1 == *pair) => {}
            [pair] if found.iter().any(|(_, other)| other.0 == pair.0 || other.1 == pair.1) => left.push(*it),
            [pair] => found.push((*it, pair.clone())),
            many => {
                let names: Vec<String> = many.iter().map(|it| it.0.to_string()).collect();
                return Err(Error::new(format!("{} may mean {}", it.said, names.join(" or ")))
                    .help("say it with a hint above the object in the schema folder: -- schemagen: renamed from old"));
            }
        }
    }
    // What leaves a whole that is renamed, too, leaves it first; where it stays in it, or goes into another, the next round finds it.
    let wholes: Vec<Pair> = found.iter().map(|it| it.1.clone()).collect();
    let is_part = |it: &Id, whole: &Id| it.path.len() > whole.path.len() && it.path.starts_with(&whole.path);
    let leaves = |it: &Pair| wholes.iter().any(|whole| is_part(&it.0, &whole.0));
    let waits = |it: &Pair| leaves(it) && wholes.iter().any(|whole| is_part(&it.1, &whole.1));
    let (later, now): (Vec<_>, Vec<_>) = found.into_iter().partition(|it| waits(&it.1));
    left.extend(later.into_iter().map(|it| it.0));
    let mut pairs: Vec<Pair> = now.into_iter().map(|it| it.1).collect();
    pairs.sort_by_key(|it| (!leaves(it), it.1.path.len()));
    Ok((pairs, left))
}

/// Where names are to be exchanged: the first object under another name until its own is free. Only flags ask for that, which hold
/// once: a hint would ask for it again as soon as it is done.
pub(super) fn aside(state: &Catalog, to: &Catalog, open: &[&Wanted], done: &[Pair]) -> Option<Pair> {
    let flags: Vec<&&Wanted> = open.iter().filter(|it| !it.is_hint).collect();
    let ids = to.objects.keys().filter(|it| state.get(it).is_some());
    let mut taken = ids.flat_map(|new| {
        let of_kind = |it: &&&&Wanted| it.kind.as_ref().is_none_or(|kind| *kind == new.kind);
        flags.iter().filter(of_kind).filter_map(|it| Some((it.old_of(new, done)?, new.clone()))).collect::<Vec<_>>()
    });
    let leaves = |id: &Id| flags.iter().any(|it| to.objects.keys().any(|new| it.old_of(new, done).as_ref() == Some(id)));
    let can = |old: &Id, new: &Id| state.get(old).is_some() && super::candidates::can_be_renamed(state, to, old, new);
    let (old, _) = taken.find(|(old, new)| can(old, new) && leaves(new))?;
    let spare = spare(&old, &[state, to])?;
    Some((old, spare))
}

/// A name that is free in all of the states.
pub(super) fn spare(id: &Id, states: &[&Catalog]) -> Option<Id> {
    let mut spare = id.clone();
    let at = kind(&id.kind).name_at(&id.path);
    let named = free(&Id { path: id.path.get(..=at)?.to_vec(), ..id.clone() }, "_exchanged", states);
    *spare.path.get_mut(at)? = named.path.last()?.clone();
    Some(spare)
}

impl Wanted {
    /// Whether it is that pair which it asks for.
    pub fn speaks_of(&self, (old, new): &Pair) -> bool {
        self.kind.as_ref().is_none_or(|it| *it == new.kind) && old.path.ends_with(&self.old) && new.path.ends_with(&self.new)
    }

    /// Old and new id of what it may speak of.
    fn meant(&self, state: &Catalog, to: &Catalog, all: &[Wanted], done: &[Pair]) -> Vec<Pair> {
        let objects = to.objects.values().filter(|it| self.kind.as_ref().is_none_or(|kind| *kind == it.id.kind));
        let objects = objects.filter(|it| !kind(&it.id.kind).follows_parent());
        let ids: BTreeSet<Id> = objects
            .flat_map(|it| {
                let label = |label: String| Id { kind: it.id.kind.clone(), path: [it.id.path.clone(), vec![label]].concat() };
                kind(&it.id.kind).labels(it).into_iter().map(label).chain([it.id.clone()])
            })
            .collect();
        let pairs = ids.into_iter().filter(|it| !has(state, it)).filter_map(|new| {
            let old = self.old_of(&new, done)?;
            let goes = !has(to, &old) || gives_way(&old, state, to) || all.iter().any(|it| it.takes_name_of(&old, state, done));
            (has(state, &old) && goes).then_some((old, new))
        });
        pairs.filter(|(old, new)| super::candidates::can_be_renamed(state, to, old, new)).collect()
    }

    /// What `new` was called, if this speaks of it.
    fn old_of(&self, new: &Id, done: &[Pair]) -> Option<Id> {
        let at = kind(&new.kind).name_at(&new.path);
        let (names, rest) = (new.path.get(..=at)?, new.path.get(at + 1..)?);
        let old = if self.is_hint {
            let known = names.len().checked_sub(self.old.len())?;
            let old = if known == 0 { moved(&self.old, done) } else { [&names[..known], &self.old[..]].concat() };
            (names == self.new).then_some(old)?
        } else {
            let old = moved(&in_full(&self.old, names.len())?, done);
            let other = match self.new.as_slice() {
                [name] => [&old[..at], std::slice::from_ref(name)].concat(),
                path => moved(&in_full(path, names.len())?, done),
            };
            let fits = self.arguments.as_ref().is_none_or(|it| rest == std::slice::from_ref(it));
            (other == names && fits).then_some(old)?
        };
        Some(Id { kind: new.kind.clone(), path: [old, rest.to_vec()].concat() })
    }

    /// Whether this gives the name of `id`, which is there, to another object that is there too: then `id` must leave it.
    fn takes_name_of(&self, id: &Id, state: &Catalog, done: &[Pair]) -> bool {
        if self.kind.as_ref().is_some_and(|it| *it != id.kind) {
            return false;
        }
        if !self.is_hint {
            return self.old_of(id, done).is_some_and(|it| it != *id && has(state, &it));
        }
        let at = kind(&id.kind).name_at(&id.path);
        let is_there = || {
            let before = id.path.get(..at).unwrap_or_default();
            let path =
                [before, &self.old[self.old.len().saturating_sub(1)..], id.path.get(at + 1..).unwrap_or_default()].concat();
            has(state, &Id { kind: id.kind.clone(), path })
        };
        self.new.last() == id.path.get(at) && is_there()
    }
}

/// Whether what has that name from now on is another thing.
pub fn gives_way(id: &Id, from: &Catalog, to: &Catalog) -> bool {
    from.get(id).zip(to.get(id)).is_some_and(|(old, new)| kind(&id.kind).gives_way(old, new))
}

/// A path after the renames so far.
fn moved(path: &[String], done: &[Pair]) -> Vec<String> {
    done.iter().fold(path.to_vec(), |path, (old, new)| match path.strip_prefix(old.path.as_slice()) {
        Some(rest) => [&new.path, rest].concat(),
        None => path,
    })
}

/// A path of so many names, in `public` where its schema was not said.
fn in_full(path: &[String], length: usize) -> Option<Vec<String>> {
    match path.len() {
        it if it == length => Some(path.to_vec()),
        it if it + 1 == length => Some([&["public".to_owned()], path].concat()),
        _ => None,
    }
}

/// The parts of a qualified name, and a routine's arguments in parentheses.
fn names(text: &str) -> (Vec<String>, Option<String>) {
    let (mut names, mut name, mut quoted) = (Vec::new(), String::new(), false);
    let mut characters = text.char_indices().peekable();
    while let Some((at, it)) = characters.next() {
        match it {
            '"' if quoted && characters.peek().is_some_and(|it| it.1 == '"') => {
                characters.next();
                name.push('"');
            }
            '"' => quoted = !quoted,
            '.' if !quoted => names.push(std::mem::take(&mut name)),
            '(' if !quoted => {
                names.push(name);
                return (names, Some(text[at + 1..].trim_end_matches(')').to_owned()));
            }
            it => name.push(it),
        }
    }
    names.push(name);
    (names, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_sql_quotes_them() {
        let owned = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(names("public.t.c"), (owned(&["public", "t", "c"]), None));
        assert_eq!(names(r#""a.b"."c""d""#), (owned(&["a.b", "c\"d"]), None));
        assert_eq!(names("public.f(integer, text)"), (owned(&["public", "f"]), Some("integer, text".to_owned())));
    }
}
