//! What `diff` asks: whether something that goes and something that comes are one, under another name.
//!
//! The answers are written into the schema folder as hints. With nobody to ask, the error says what to write and where.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Id};
use crate::cli::{self, Renames};
use crate::config::Settings;
use crate::connect;
use crate::engine::Base;
use crate::error::{Error, Exit, Result};
use crate::kinds::kind;
use crate::output::NewFile;
use crate::renames::{self, Candidate, Renamed, Turns, Wanted};
use crate::rules::Rules;
use crate::shadow::Shadow;
use crate::source::{self, Source, Spot};

use super::plain;

/// The renames to be done.
pub(super) struct Answers {
    /// By flags, hints and answers.
    pub(super) wanted: Vec<Wanted>,
    /// The files of the schema folder with the answers in them.
    pub(super) files: Vec<NewFile>,
}

/// What is known and not known of a folder's renames.
struct Questions<'a> {
    source: &'a Source,
    desired: &'a Catalog,
    wanted: Vec<Wanted>,
    /// What is known to be no other's successor.
    fresh: BTreeSet<Id>,
    hints: Vec<(Spot, String)>,
}

/// Finds out what is renamed: from flags and hints, and from the user where something looks like it.
pub(super) async fn answers(
    settings: &Settings,
    options: &cli::Diff,
    source: &Source,
    shadow: &mut Shadow,
    base: &mut Base,
    desired: &Catalog,
    rules: &Rules,
) -> Result<Answers> {
    let console = settings.console;
    let flags = options.rename.iter().map(|(old, new)| renames::of_flag(old, new));
    let wanted = flags.chain(renames::of_hints(source)).collect();
    let (fresh, stale) = fresh(source, &base.catalog, desired);
    stale.iter().for_each(|it| console.warn(&no_longer(it)));
    let mut questions = Questions { source, desired, wanted, fresh, hints: Vec::new() };
    if options.renames == Renames::Off {
        return Ok(Answers { wanted: questions.wanted, files: Vec::new() });
    }
    loop {
        let mut clone = base.clone_of(shadow).await?;
        let none = Turns::default();
        let renamed = renames::rename(&mut clone, &base.catalog, desired, &questions.wanted, &none, &base.server, rules).await?;
        base.give_back(clone);
        let found = weighed(settings, base, &renamed, desired, &questions.fresh).await?;
        if found.is_empty() {
            break;
        }
        match options.renames {
            Renames::Ask if console.interactive && !options.yes => questions.ask(settings, &found).await?,
            Renames::Ask => return Err(questions.open(&found)),
            _ => {
                let taken = renames::unambiguous(&found);
                if taken.is_empty() {
                    let told = |it: &Candidate| console.warn(&format!("dropped and added, not renamed: {}", said(it)));
                    found.iter().for_each(told);
                    break;
                }
                taken.iter().for_each(|it| console.progress(&format!("Renamed: {}", said(it))));
                questions.wanted.extend(taken.iter().map(|it| renames::of_answer(&it.pair)));
            }
        }
    }
    let files = source::hinted(&questions.hints)?;
    Ok(Answers {
        wanted: questions.wanted,
        files: files.into_iter().map(|(path, text)| NewFile::replacing(path, text)).collect(),
    })
}

/// How many candidates of one object are told with all that can be said of them, where nobody is asked.
const SHOWN: usize = 4;

/// What may have been renamed besides, with what the live database says of it, where there is one.
async fn weighed(
    settings: &Settings,
    base: &Base,
    renamed: &Renamed,
    desired: &Catalog,
    fresh: &BTreeSet<Id>,
) -> Result<Vec<Candidate>> {
    let from = renamed.base(&base.catalog);
    let found = renames::candidates(from, desired, fresh);
    let mut live = match &settings.database {
        Some(target) if !found.is_empty() => Some(connect::open(target).await?),
        _ => None,
    };
    let facts = (&base.sizes, &base.server);
    let found = renames::weighed(live.as_mut(), found, [from, desired], renamed.pairs(), facts).await?;
    if let Some(live) = live {
        live.close().await?;
    }
    Ok(found)
}

/// Where hints about renames stand, each of which has nothing to say when nothing differs.
pub(super) fn stale(source: &Source) -> Vec<String> {
    let about = source.hints.iter().filter(|it| it.text == "new" || it.text.starts_with("renamed from "));
    about.map(|it| no_longer(&format!("{}:{}", it.place.file, it.place.line))).collect()
}

fn no_longer(place: &str) -> String {
    format!("{place}: the hint no longer applies and can be removed")
}

/// What the folder says to be new, or to get its values from others, and where it says so of something that is there already or is
/// nothing at all.
fn fresh(source: &Source, from: &Catalog, to: &Catalog) -> (BTreeSet<Id>, Vec<String>) {
    let (mut fresh, mut stale) = (BTreeSet::new(), Vec::new());
    for hint in source.hints.iter().filter(|it| it.text == "new") {
        let named = |id: &&Id| {
            let names = &id.path[..(kind(&id.kind).name_at(&id.path) + 1).min(id.path.len())];
            hint.above.as_ref().is_some_and(|it| it.kind == id.kind && it.path == names)
        };
        let label = hint.above.as_ref().map(|it| Id::new(&it.kind, &it.path));
        let label = label.filter(|it| renames::is_label(to, it));
        let found: Vec<Id> = to.objects.keys().filter(named).cloned().chain(label).collect();
        if found.iter().all(|it| from.get(it).is_some() || renames::is_label(from, it)) {
            stale.push(format!("{}:{}", hint.place.file, hint.place.line));
        }
        fresh.extend(found);
    }
    let computed = source.hints.iter().filter(|it| it.text.starts_with("using ")).filter_map(|it| it.above.as_ref());
    fresh.extend(computed.map(|it| Id::new(&it.kind, &it.path)).filter(|it| from.get(it).is_none()));
    (fresh, stale)
}

/// `column public.orders.note is now public.orders.remark (both text)`
fn said(candidate: &Candidate) -> String {
    let (old, new) = &candidate.pair;
    plain(&format!("{old} is now {} ({})", new.path.join("."), why(candidate)))
}

/// In what they are alike, and what live rows say: `both text; holds nothing in 7 live rows`
fn why(candidate: &Candidate) -> String {
    let (likeness, evidence) = (&candidate.likeness.words, &candidate.evidence.words);
    if evidence.is_empty() { likeness.clone() } else { format!("{likeness}; {evidence}") }
}

/// The candidates of each object that comes.
fn by_new(candidates: &[Candidate]) -> BTreeMap<&Id, Vec<&Candidate>> {
    let mut groups: BTreeMap<&Id, Vec<&Candidate>> = BTreeMap::new();
    for it in candidates {
        groups.entry(&it.pair.1).or_default().push(it);
    }
    groups
}

impl Questions<'_> {
    fn spot(&self, id: &Id) -> Option<Spot> {
        let at = kind(&id.kind).name_at(&id.path) + 1;
        self.source.declared(&id.kind, id.path.get(..at)?)
    }

    /// Asks about each of them.
    async fn ask(&mut self, settings: &Settings, found: &[Candidate]) -> Result<()> {
        let mut taken: BTreeSet<&Id> = BTreeSet::new();
        for (new, candidates) in by_new(found) {
            let candidates: Vec<&Candidate> = candidates.into_iter().filter(|it| !taken.contains(&it.pair.0)).collect();
            if candidates.is_empty() {
                continue;
            }
            let chosen = loop {
                let Some(line) = settings.console.ask(&question(new, &candidates)).await? else {
                    return Err(Error::new("stopped without an answer: nothing was written").exit(Exit::AnswerNeeded));
                };
                if let Some(it) = answer(&line, &candidates) {
                    break it;
                }
            };
            let hint = if let Some(candidate) = chosen.map(|it| candidates[it]) {
                taken.insert(&candidate.pair.0);
                self.wanted.push(renames::of_answer(&candidate.pair));
                renames::hint(&candidate.pair, self.desired)
            } else {
                self.fresh.insert(new.clone());
                "new".to_owned()
            };
            match self.spot(new) {
                Some(spot) => self.hints.push((spot, hint)),
                None => settings.console.progress(&format!("Note: the answer for {new} has no place in the schema folder")),
            }
        }
        Ok(())
    }

    /// What must be answered, and how to.
    fn open(&self, found: &[Candidate]) -> Error {
        let groups = by_new(found);
        let message = match groups.len() {
            1 => "something may have been renamed, and nothing was written: an answer is needed".to_owned(),
            many => format!("{many} things may have been renamed, and nothing was written: answers are needed"),
        };
        let mut error = Error::new(message).exit(Exit::AnswerNeeded);
        for (new, candidates) in groups {
            let spot = self.spot(new);
            let write = |hint: &str| {
                let spot = spot.as_ref()?;
                let place = if spot.starts_line() { "above" } else { "in front of it at" };
                Some(format!("write {place} {}:{}: {}", spot.place.file, spot.place.line, spot.comment(hint)))
            };
            let shown = if candidates.len() > SHOWN + 1 { SHOWN } else { candidates.len() };
            for it in &candidates[..shown] {
                let flag = renames::flag(&it.pair);
                let hint = write(&renames::hint(&it.pair, self.desired));
                let ways = hint.map_or_else(|| format!("say {flag}"), |it| format!("{it}\n        or say {flag}"));
                error = error.note(format!("{}\n  if so: {ways}", said(it).replacen(" is now ", " may now be ", 1)));
            }
            if shown < candidates.len() {
                let names: Vec<String> = candidates[shown..].iter().map(|it| plain(&it.pair.0.path.join("."))).collect();
                error = error.note(format!("or it was one of {} more: {}", names.len(), names.join(", ")));
            }
            let new_one = write("new").unwrap_or_else(|| "say --renames off".to_owned());
            error = error.note(format!("if {} is new: {new_one}", plain(&new.to_string())));
        }
        error.help("--renames auto takes what is unambiguous; --renames off drops and adds")
    }
}

fn question(new: &Id, candidates: &[&Candidate]) -> String {
    if let [one] = candidates {
        return format!("{}. Is it the same one, renamed? [y/n] ", said(one).replacen(" is now ", " goes and comes as ", 1));
    }
    let options = candidates
        .iter()
        .enumerate()
        .map(|(number, it)| plain(&format!("  {}  {} ({})", number + 1, it.pair.0.path.join("."), why(it))));
    let options: Vec<String> = options.collect();
    let new = plain(&new.to_string());
    format!("{new} comes. Is it one of these, renamed?\n{}\n[1-{}, or n for none] ", options.join("\n"), options.len())
}

/// The number of the one that was meant, or none of them; nothing when the answer is none.
fn answer(line: &str, candidates: &[&Candidate]) -> Option<Option<usize>> {
    match line.to_lowercase().as_str() {
        "n" | "no" | "none" | "new" => return Some(None),
        "y" | "yes" if candidates.len() == 1 => return Some(Some(0)),
        _ => {}
    }
    let number = line.parse::<usize>().ok().and_then(|it| it.checked_sub(1)).filter(|it| *it < candidates.len());
    let named = |it: &&Candidate| it.pair.0.path.last().is_some_and(|name| name == line) || it.pair.0.path.join(".") == line;
    number.or_else(|| candidates.iter().position(named)).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::{Degree, Likeness};
    use crate::renames::Evidence;

    #[test]
    fn an_answer_is_a_number_a_name_yes_or_no() {
        let candidate = |old: &str, words: &str| Candidate {
            pair: (Id::new("column", &["public", "t", old]), Id::new("column", &["public", "t", "new"])),
            likeness: Likeness { words: "both text".to_owned(), degree: Degree::Exact },
            evidence: Evidence { words: words.to_owned(), ..Evidence::default() },
        };
        let (a, b) = (candidate("a", ""), candidate("b", "holds nothing in 7 live rows"));
        assert_eq!(answer("y", &[&a]), Some(Some(0)));
        assert_eq!(answer("Yes", &[&a, &b]), None);
        assert_eq!(answer("2", &[&a, &b]), Some(Some(1)));
        assert_eq!(answer("3", &[&a, &b]), None);
        assert_eq!(answer("b", &[&a, &b]), Some(Some(1)));
        assert_eq!(answer("public.t.a", &[&a, &b]), Some(Some(0)));
        assert_eq!(answer("n", &[&a, &b]), Some(None));
        assert_eq!(answer("", &[&a]), None);
        let asked = question(&a.pair.1, &[&a, &b]);
        assert_eq!(
            asked,
            "column public.t.new comes. Is it one of these, renamed?\n  1  public.t.a (both text)\n  2  public.t.b (both text; holds nothing in 7 live rows)\n[1-2, or n for none] "
        );
    }
}
