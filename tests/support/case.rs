//! One case: a state before and one after, planned and proven both ways.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::date;
use schemagen::catalog::Id;
use schemagen::engine;
use schemagen::error::Result;
use schemagen::estimate::estimate;
use schemagen::impact::{self, Lock};
use schemagen::kinds::Verb;
use schemagen::plan::Plan;
use schemagen::prove::{self, Proven};
use schemagen::renames;
use schemagen::render::{self, Header, Log, Proof};
use schemagen::rules::Rules;
use schemagen::shadow::Shadow;
use schemagen::sizes::{Limit, Sizes};
use schemagen::source;
use schemagen::sql;

/// What a reviewer would read; of several files one after the other.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    pub(crate) migration: String,
    pub(crate) rollback: String,
    pub(crate) log: String,
}

/// Proves the way from `before` to `after` and back. Fails where the proof does.
pub(crate) async fn prove(shadow: &mut Shadow, before: &Path, after: &Path, large: Limit) -> Result<Proven> {
    prove_keeping(shadow, before, after, large, None).await
}

/// The same with copies of what goes, for the migration of that number.
pub(crate) async fn prove_keeping(
    shadow: &mut Shadow,
    before: &Path,
    after: &Path,
    large: Limit,
    archive: Option<u32>,
) -> Result<Proven> {
    shadow.clear().await?;
    let rules = Rules::default();
    let mut base = engine::declared_base(shadow, source::read(before)?, &rules).await?;
    base.sizes = base.sizes.judged_by(large);
    let folder = source::read(after)?;
    let (desired, _) = engine::desired(shadow, &folder, &base, &rules).await?;
    let asked = prove::Asked { archive, renames: &renames::of_hints(&folder), ..prove::Asked::default() };
    prove::prove(shadow, &mut base, &desired, &rules, &asked).await
}

/// The locks that are told from the shape of a statement, on relations that are there before and stay, but not measured or weaker.
pub(crate) fn weaker(proven: &Proven) -> Vec<String> {
    let mut weaker = Vec::new();
    let (Some(first), Some(last)) = (proven.parts.first(), proven.parts.last()) else { return weaker };
    for part in &proven.parts {
        for (plan, state, measured) in
            [(&part.up, &first.from, &part.impacts.migration), (&part.down, &last.to, &part.impacts.rollback)]
        {
            let is_made = |plan: &Plan, it: &Id| matches!(plan.changes.get(it), Some(Verb::Create | Verb::Rebuild));
            let is_anew = |id: &Id| proven.parts.iter().any(|it| is_made(&it.up, id) || is_made(&it.down, id));
            let there: BTreeSet<String> = state.objects.keys().filter(|it| !is_anew(it)).map(|it| sql::path(&it.path)).collect();
            // The lock on an index says nothing where an earlier statement has locked its table as strongly.
            let table = |index: &str| {
                let object = state.objects.values().find(|it| it.parent.is_some() && sql::path(&it.id.path) == index);
                object.and_then(|it| it.parent.as_ref()).map(|it| sql::path(&it.path))
            };
            let mut held: Vec<&Lock> = Vec::new();
            for (told, measured) in impact::told(plan).iter().zip(measured) {
                let is_measured =
                    |lock: &Lock| measured.locks.iter().any(|it| it.relation == lock.relation && it.mode >= lock.mode);
                let is_implied = |lock: &Lock| {
                    table(&lock.relation).is_some_and(|table| held.iter().any(|it| it.relation == table && it.mode >= lock.mode))
                };
                let is_missing = |it: &&Lock| there.contains(&it.relation) && !is_measured(it) && !is_implied(it);
                let missing = told.locks.iter().filter(is_missing);
                weaker.extend(missing.map(|it| format!("{} on {} is not measured: {}", it.mode, it.relation, told.statement)));
                held.extend(&measured.locks);
            }
        }
    }
    weaker
}

/// The three texts of every part.
pub(crate) fn texts(proven: &Proven) -> Result<Texts> {
    let mut texts = Texts::default();
    for (number, part) in (1_u32..).zip(&proven.parts) {
        let title = render::title(&part.up);
        let purpose = render::purpose(&part.up);
        let estimate = estimate(&part.impacts.migration, part.up.is_transactional(), &Sizes::unknown(), None);
        let risks = render::risks(&part.up, &part.down, &estimate, &[]);
        let values = if proven.parts.len() > 1 { proven.values.of_part(&part.up) } else { proven.values.clone() };
        let header = Header {
            number,
            title: &title,
            purpose: &purpose,
            risks: &risks,
            estimate: &estimate,
            grade: render::grade(&part.up, &part.down, &values),
            from: "before",
            to: "after",
            stops: &[],
            transactional: part.up.is_transactional(),
            contract_of: None,
        };
        let back = Header { transactional: part.down.is_transactional(), ..header.clone() };
        let statements = render::statements(&part.up).len() + render::statements(&part.down).len();
        let proof = Proof {
            server: format!("PostgreSQL {}", super::server::MAJOR),
            reaches: true,
            returns: true,
            again: true,
            statements,
            values,
            findings: proven.findings.clone(),
            checks: proven.checks.clone(),
        };
        let file = format!("migrations/rollbacks/{number:03}_rollback.sql");
        let log = Log {
            header: &header,
            up: &part.up,
            down: &part.down,
            impacts: &part.impacts,
            proof: &proof,
            date: date(2026, 1, 1),
            rollback_file: &file,
            depends_on: None,
            notes: &[],
        };
        texts.migration += &render::migration(&header, &part.up);
        texts.rollback += &render::rollback(&back, &part.down);
        texts.log += &render::log(&log)?;
    }
    Ok(texts)
}
