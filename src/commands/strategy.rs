//! Whether a change is made directly or in two halves, and how the halves are proven: the second from the state in between.

use crate::catalog::Id;
use crate::cli::{self, Strategy};
use crate::config::Settings;
use crate::diff::diff;
use crate::engine::Base;
use crate::error::{Error, Result};
use crate::expand::{self, Expansion};
use crate::kinds::Verb;
use crate::migrations::Migrations;
use crate::prove::{self, Asked, Part, Proven};
use crate::renames::{self, Pair, Turns, Wanted};
use crate::render::{self, Risk};
use crate::rules::Rules;
use crate::script::Script;
use crate::shadow::Shadow;
use crate::source::{Hint, Source};
use crate::values::Scope;
use crate::{catalog::Catalog, source::Check};

use super::attach;
use super::weigh::Weighed;

/// What a hint says above what is to be changed in two halves.
const HINT: &str = "expand-contract";

/// All that a change is made of.
pub(super) struct Change<'a> {
    pub(super) migrations: &'a Migrations,
    pub(super) source: &'a Source,
    pub(super) desired: &'a Catalog,
    pub(super) wanted: &'a [Wanted],
    pub(super) checks: &'a [Check],
    /// The number of the first migration where what is dropped is kept.
    pub(super) archive: Option<u32>,
    /// The rows in the proof by value.
    pub(super) scope: Scope<'a>,
    pub(super) rules: &'a Rules,
}

/// Proves the change, in as many halves as it is made in.
pub(super) async fn proven(
    settings: &Settings,
    options: &cli::Diff,
    shadow: &mut Shadow,
    base: &mut Base,
    change: &Change<'_>,
) -> Result<Proven> {
    if let Some(hint) = change.source.hints.iter().find(|it| it.text == HINT && it.above.is_none()) {
        return Err(Error::new(format!("the hint {HINT:?} stands above nothing it can speak of")).at(hint.place.clone()));
    }
    // A flag speaks of this one time, a hint of one thing, the configuration of all the rest.
    let hinted = |id: &Id| change.source.hints.iter().any(|it| speaks(it, id));
    let is_chosen = |id: &Id| match options.strategy {
        Some(it) => it == Strategy::ExpandContract,
        None => settings.strategy == Some(Strategy::ExpandContract) || hinted(id),
    };
    let Change { desired, wanted, checks, archive, scope, rules, .. } = *change;
    let asked = Asked { archive, renames: wanted, checks, scope, ..Asked::default() };
    let expansion = expansion(shadow, base, change, &is_chosen).await?;
    if expansion.is_none()
        && let Some(way) = attach::way(shadow, base, change).await?
    {
        return attach::proven(shadow, base, change, &way).await;
    }
    match expansion {
        None => prove::prove(shadow, base, desired, rules, &asked).await,
        Some(it) if it.held => in_two(shadow, base, change, &it).await,
        Some(it) => {
            let mark = base.mark();
            match in_two(shadow, base, change, &it).await {
                Ok(proven) => Ok(proven),
                Err(error) => {
                    tracing::debug!(%error, "not exchanged");
                    base.back_to(mark);
                    prove::prove(shadow, base, desired, rules, &asked).await
                }
            }
        }
    }
}

/// Said of a change that is made directly though others wait for it, or the application must be deployed together with it, where it
/// could be made in two halves and nobody chose.
pub(super) fn way_out(
    settings: &Settings,
    options: &cli::Diff,
    base: &Base,
    change: &Change<'_>,
    weighed: &[Weighed],
) -> Option<String> {
    let Change { desired, wanted, .. } = *change;
    if options.strategy.or(settings.strategy).is_some() || weighed.iter().all(|it| it.risk == Risk::Safe) {
        return None;
    }
    let changes = diff(&base.catalog, desired);
    let of = |verb: Verb| changes.iter().filter(move |it| *it.1 == verb).map(|it| it.0);
    let pair =
        |old: &Id| of(Verb::Create).map(|it| (old.clone(), it.clone())).find(|it| wanted.iter().any(|of| of.speaks_of(it)));
    let renamed: Vec<Pair> = of(Verb::Drop).filter_map(pair).collect();
    let moves = expand::moves(base, desired, &changes, &renamed, &|_| true).ok()?;
    let first = moves.first()?;
    let more = match moves.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!(
        "{}{more} can change in two halves, with a deploy in between, so that the application that runs keeps running and no large table \
         is written anew under a lock for it: take these files back and run schemagen diff --strategy expand-contract",
        first.old
    ))
}

/// Whether a hint speaks of an object, or of the one that it is a part of.
fn speaks(hint: &Hint, id: &Id) -> bool {
    let above = hint.above.as_ref().filter(|_| hint.text == HINT);
    above.is_some_and(|it| if it.kind == id.kind { it.path == id.path } else { id.path.starts_with(&it.path) })
}

async fn expansion(
    shadow: &mut Shadow,
    base: &mut Base,
    change: &Change<'_>,
    is_chosen: &dyn Fn(&Id) -> bool,
) -> Result<Option<Expansion>> {
    let Change { desired, wanted, rules, .. } = *change;
    let changes = diff(&base.catalog, desired);
    let some = changes.keys().any(is_chosen) || desired.objects.keys().any(is_chosen);
    let exchanges = expand::exchanges(base, desired, &changes)?;
    if !some && exchanges.is_empty() {
        return Ok(None);
    }
    let mut clone = base.clone_of(shadow).await?;
    let renamed = renames::rename(&mut clone, &base.catalog, desired, wanted, &Turns::default(), &base.server, rules).await?;
    let moves = expand::moves(base, desired, &changes, renamed.pairs(), is_chosen)?;
    let moves = if moves.is_empty() { exchanges } else { moves };
    let found = if moves.is_empty() { Ok(None) } else { expand::expansion(&mut clone, base, desired, moves, rules).await };
    clone.close().await?;
    found
}

/// Both halves. The first may have nothing to do: then the second alone is held back.
async fn in_two(shadow: &mut Shadow, base: &mut Base, change: &Change<'_>, expansion: &Expansion) -> Result<Proven> {
    let Change { migrations, desired, wanted, checks, archive, scope, rules, .. } = *change;
    let rest: Vec<Wanted> = wanted.iter().filter(|it| !expansion.pairs.iter().any(|pair| it.speaks_of(pair))).cloned().collect();
    let mut first = None;
    if !diff(&base.catalog, &expansion.between).is_empty() {
        let asked = Asked { archive, renames: &rest, turns: &expansion.first, scope, ..Asked::default() };
        let expanded = prove::prove(shadow, base, &expansion.between, rules, &asked).await?;
        advanced(base, &expanded)?;
        first = Some(expanded);
    } else if migrations.newest() == 0 {
        return Err(Error::new("there is no migration yet after which a deploy could be waited for")
            .help("start with schemagen init --from-database, or change it directly: --strategy direct"));
    }
    let count = first.as_ref().map_or(0, |it| u32::try_from(it.parts.len()).unwrap_or_default());
    let archive = archive.map(|it| it + count);
    // Where old and new stand side by side there are no real rows yet.
    let scope = Scope { sample: None, ..scope };
    let asked = Asked { archive, turns: &expansion.turns, held: expansion.held, checks, scope, ..Asked::default() };
    let second = match prove::prove(shadow, base, desired, rules, &asked).await {
        // What cannot come back statement by statement does so in one transaction.
        Err(error) if !expansion.turns.ends.is_empty() => {
            tracing::debug!(%error, "the rollback of the second half is one transaction");
            let turns = Turns { ends: Vec::new(), ..expansion.turns.clone() };
            prove::prove(shadow, base, desired, rules, &Asked { turns: &turns, ..asked }).await
        }
        other => other,
    };
    let mut second = second.map_err(|it| it.within("the second half of the change (contract)"))?;
    second.findings.extend(expansion.findings.iter().cloned());
    let proven = match first {
        Some(first) => first.then(second),
        None => second,
    };
    Ok(Proven { about: Some(expansion.title.clone()), ..proven })
}

/// Goes on from the state that a proven change leads to.
pub(super) fn advanced(base: &mut Base, proven: &Proven) -> Result<()> {
    let scripts = proven.parts.iter().map(|it| Script::parse("the first half", &render::plain(&it.up)));
    let scripts = scripts.collect::<Result<Vec<_>>>()?;
    let reached = proven.parts.last().map_or_else(|| base.catalog.clone(), |it| it.to.clone());
    base.advance(scripts, reached);
    Ok(())
}

/// What the log says of a half: of the second that it waits, of the first what it prepares.
pub(super) fn note(part: &Part, waits_for: Option<&str>, is_half: bool) -> Option<String> {
    let waits = waits_for.filter(|_| part.held).map(|it| {
        format!(
            "Held back: `schemagen apply` stops before it until the application is deployed that does without what it takes away, and \
             `schemagen deployed {it}` says so"
        )
    });
    let prepares = "Old and new stand side by side and are kept in step; what is held back behind it takes the old away";
    waits.or_else(|| is_half.then(|| prepares.to_owned()))
}
