//! What live rows say of a rename that nobody has spoken of: whether they hold anything, and whether they satisfy what is demanded of
//! them under the new name. Counts are told, never a value.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::catalog::{Catalog, Id, Object};
use crate::closure::context;
use crate::data_checks::{self, Answer, Checked, Rows};
use crate::database::Database;
use crate::diff::diff;
use crate::error::Result;
use crate::kinds::{Conditions, DataCheck, Degree, Reading, Server, Verb, kind};
use crate::sizes::Sizes;

use super::{Candidate, Pair};

/// How well live rows fit, the best first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// All that is demanded is satisfied.
    Fits,
    /// Something is held, and nothing is demanded of it.
    Holds,
    /// They were not asked, or cannot be.
    #[default]
    Unknown,
    /// Nothing is held.
    Empty,
    /// Some rows do not satisfy what is demanded.
    Against,
}

/// What live rows say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// How well they fit.
    pub rank: Rank,
    /// The same in words; none where nothing is known.
    pub words: String,
}

/// The candidates with what live rows say of them, in each group the best first; without a live database nothing is known. `pairs` are
/// the renames that led to `from`.
pub async fn weighed(
    live: Option<&mut Database>,
    mut candidates: Vec<Candidate>,
    [from, to]: [&Catalog; 2],
    pairs: &[Pair],
    (sizes, server): (&Sizes, &Server),
) -> Result<Vec<Candidate>> {
    if let Some(live) = live {
        let asked: Vec<Asked> =
            candidates.iter().map(|it| Asked::of(it, [from, to], pairs, (sizes, server))).collect::<Result<_>>()?;
        let lengths: Vec<usize> = asked.iter().map(|it| it.checks.len()).collect();
        let sampled: Vec<bool> = asked.iter().map(|it| it.is_sampled).collect();
        let all = asked.into_iter().flat_map(|it| it.checks).map(Checked::from).collect();
        let mut answers = data_checks::ask(live, all).await?.into_iter();
        for ((candidate, length), sampled) in candidates.iter_mut().zip(lengths).zip(sampled) {
            let answers: Vec<Checked> = answers.by_ref().take(length).collect();
            candidate.evidence = evidence(&answers, sampled);
        }
    }
    // What demands more than the old one is a candidate only where nothing else is one.
    let strong: BTreeSet<Id> = candidates
        .iter()
        .filter(|it| it.likeness.degree != Degree::IfRowsFit)
        .flat_map(|it| [it.pair.0.clone(), it.pair.1.clone()])
        .collect();
    candidates.retain(|it| {
        let is_only = || !strong.contains(&it.pair.0) && !strong.contains(&it.pair.1);
        it.likeness.degree != Degree::IfRowsFit || it.evidence.rank == Rank::Fits && is_only()
    });
    let order = |it: &Candidate| (it.pair.1.clone(), it.evidence.rank, Reverse(common_words(&it.pair)));
    candidates.sort_by_cached_key(order);
    Ok(candidates)
}

/// How many words the old and the new name share: `order_id_seq` and `order_number_seq` two of them.
fn common_words((old, new): &Pair) -> usize {
    let words = |id: &Id| -> BTreeSet<String> {
        id.path.last().into_iter().flat_map(|it| it.split('_')).map(str::to_lowercase).collect()
    };
    words(old).intersection(&words(new)).count()
}

/// What is asked about one candidate: first for its rows, then for those in which it holds something, then what is demanded.
struct Asked {
    checks: Vec<DataCheck>,
    is_sampled: bool,
}

impl Asked {
    fn of(candidate: &Candidate, [from, to]: [&Catalog; 2], pairs: &[Pair], (sizes, server): (&Sizes, &Server)) -> Result<Asked> {
        let (old, new) = &candidate.pair;
        let nothing = Asked { checks: Vec::new(), is_sampled: false };
        let Some(object) = from.get(old) else { return Ok(nothing) };
        let state = under(from, &candidate.pair);
        let pairs = [pairs, std::slice::from_ref(&candidate.pair)].concat();
        let reading = Reading { pairs: &pairs, sampled: Some(sizes) };
        let changes = diff(&state, to);
        let context = context(&state, to, &changes, &Conditions { reading, ..Conditions::ours(server) });
        let renamed = Object { id: new.clone(), ..object.clone() };
        let Some(contents) = kind(&new.kind).contents(&renamed, &context) else { return Ok(nothing) };
        let counted = |query| DataCheck { what: String::new(), query, help: String::new(), by_row: None };
        let mut checks: Vec<DataCheck> = contents.map(counted).into();
        for (id, _) in changes.iter().filter(|it| *it.1 != Verb::Drop) {
            let is_about = || to.lineage(id).chain(to.needs(id)).any(|it| it == new);
            // What is new besides has no values yet, and what it satisfies anyway says nothing.
            let stands = |it: &Object| it.parent.as_ref().is_none_or(|it| state.get(it).is_some());
            if let Some(it) = to.get(id).filter(|it| is_about() && stands(it) && !data_checks::is_held(&state, it)) {
                checks.extend(kind(&id.kind).checks(state.get(id), it, &context)?);
            }
        }
        let whole = to.lineage(new).find(|it| to.get(it).is_some_and(|it| kind(&it.id.kind).is_table(it)));
        Ok(Asked { checks, is_sampled: whole.is_some_and(|it| reading.is_sampled(it)) })
    }
}

/// The state in which the old one has the new name, without asking PostgreSQL: enough to know what is there.
fn under(from: &Catalog, (old, new): &Pair) -> Catalog {
    let renamed = |id: &Id| match from.lineage(id).any(|it| it == old).then(|| id.path.strip_prefix(old.path.as_slice())) {
        Some(Some(rest)) => Id { kind: id.kind.clone(), path: [&new.path, rest].concat() },
        _ => id.clone(),
    };
    let object = |it: &Object| Object { id: renamed(&it.id), parent: it.parent.as_ref().map(renamed), attrs: it.attrs.clone() };
    Catalog {
        objects: from.objects.values().map(object).map(|it| (it.id.clone(), it)).collect(),
        needs: from.needs.iter().map(|(id, needs)| (renamed(id), needs.iter().map(renamed).collect())).collect(),
        unclaimed: BTreeSet::new(),
    }
}

/// The answers in words.
fn evidence(answers: &[Checked], is_sampled: bool) -> Evidence {
    let (Some(rows), Some(holding)) = (answers.first().and_then(found), answers.get(1).and_then(found)) else {
        return Evidence::default();
    };
    let known: Vec<(&str, &Rows)> = answers[2..].iter().filter_map(|it| Some((it.check.what.as_str(), found(it)?))).collect();
    let against: Vec<String> =
        known.iter().filter(|it| it.1.count > 0).map(|(what, it)| format!("{} against {what}", cases(it))).collect();
    let all: Vec<&str> = known.iter().map(|it| it.0).collect();
    let of = format!(
        "{} {}live row{}",
        number(rows),
        if is_sampled { "sampled " } else { "" },
        if rows.count == 1 { "" } else { "s" }
    );
    let (rank, words) = match rows.count {
        0 if is_sampled => return Evidence::default(),
        0 => (Rank::Empty, "no live row holds anything".to_owned()),
        _ if !against.is_empty() => (Rank::Against, format!("does not fit: in {of} are {}", against.join(", "))),
        _ if holding.count == 0 => (Rank::Empty, format!("holds nothing in {of}")),
        _ if all.is_empty() => (Rank::Holds, format!("holds something in {} of {of}", number(holding))),
        _ => (Rank::Fits, format!("fits: {of} satisfy {}; {} hold something", all.join(", "), number(holding))),
    };
    Evidence { rank, words }
}

fn found(checked: &Checked) -> Option<&Rows> {
    match &checked.answer {
        Answer::Rows(it) => Some(it),
        Answer::NotAsked | Answer::Unknown(_) => None,
    }
}

/// `3 cases`
fn cases(rows: &Rows) -> String {
    format!("{} case{}", number(rows), if rows.count == 1 { "" } else { "s" })
}

/// `1204`, or `more than 100000`
fn number(rows: &Rows) -> String {
    format!("{}{}", if rows.more { "more than " } else { "" }, rows.count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(counts: &[usize], is_sampled: bool) -> (Rank, String) {
        let what = ["", "", "CHECK c of public.t", "UNIQUE u of public.t"];
        let answers = counts.iter().zip(what).map(|(count, what)| {
            let check = DataCheck { what: what.to_owned(), query: String::new(), help: String::new(), by_row: None };
            let rows = Rows { count: *count, more: false, samples: vec!["secret".to_owned()] };
            Checked { check, answer: Answer::Rows(rows) }
        });
        let Evidence { rank, words } = evidence(&answers.collect::<Vec<_>>(), is_sampled);
        (rank, words)
    }

    #[test]
    fn evidence_is_a_rank_and_counts() {
        let said = |rank, words: &str| (rank, words.to_owned());
        assert_eq!(words(&[], false), said(Rank::Unknown, ""));
        assert_eq!(words(&[0, 0, 0], false), said(Rank::Empty, "no live row holds anything"));
        assert_eq!(words(&[0, 0, 0], true), said(Rank::Unknown, ""));
        assert_eq!(words(&[7, 0, 0], true), said(Rank::Empty, "holds nothing in 7 sampled live rows"));
        assert_eq!(words(&[1, 1], false), said(Rank::Holds, "holds something in 1 of 1 live row"));
        assert_eq!(
            words(&[9, 8, 0, 0], false),
            said(Rank::Fits, "fits: 9 live rows satisfy CHECK c of public.t, UNIQUE u of public.t; 8 hold something")
        );
        assert_eq!(
            words(&[9, 8, 1, 2], false),
            said(
                Rank::Against,
                "does not fit: in 9 live rows are 1 case against CHECK c of public.t, 2 cases against UNIQUE u of public.t"
            )
        );
    }
}
