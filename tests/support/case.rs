//! One case: a state before and one after, planned and proven both ways.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::date;
use schemagen::catalog::Id;
use schemagen::engine;
use schemagen::error::Result;
use schemagen::impact::{self, Lock};
use schemagen::kinds::Verb;
use schemagen::prove::{self, Proven};
use schemagen::render::{self, Header, Log, Proof};
use schemagen::rules::Rules;
use schemagen::shadow::Shadow;
use schemagen::sizes::Limit;
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
    shadow.clear().await?;
    let rules = Rules::default();
    let mut base = engine::declared_base(shadow, source::read(before)?, &rules).await?;
    base.sizes = base.sizes.judged_by(large);
    let (desired, _) = engine::desired(shadow, &source::read(after)?, &base, &rules).await?;
    prove::prove(shadow, &mut base, &desired, &rules, &prove::Asked::default()).await
}

/// The locks that are told from the shape of a statement, on relations that are there before and stay, but not measured or weaker.
pub(crate) fn weaker(proven: &Proven) -> Vec<String> {
    let mut weaker = Vec::new();
    let (Some(first), Some(last)) = (proven.parts.first(), proven.parts.last()) else { return weaker };
    for part in &proven.parts {
        for (plan, state, measured) in
            [(&part.up, &first.from, &part.impacts.migration), (&part.down, &last.to, &part.impacts.rollback)]
        {
            let is_anew = |it: &Id| matches!(plan.changes.get(it), Some(Verb::Create | Verb::Rebuild));
            let there: BTreeSet<String> = state.objects.keys().filter(|it| !is_anew(it)).map(|it| sql::path(&it.path)).collect();
            for (told, measured) in impact::told(plan).iter().zip(measured) {
                let is_measured =
                    |lock: &Lock| measured.locks.iter().any(|it| it.relation == lock.relation && it.mode >= lock.mode);
                let missing = told.locks.iter().filter(|it| there.contains(&it.relation) && !is_measured(it));
                weaker.extend(missing.map(|it| format!("{} on {} is not measured: {}", it.mode, it.relation, told.statement)));
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
        let risk = render::risk(&part.up, &part.down, &part.impacts);
        let estimate = render::estimate(&part.impacts.migration);
        let values = if proven.parts.len() > 1 { proven.values.of_part(&part.up) } else { proven.values.clone() };
        let header = Header {
            number,
            title: &title,
            purpose: &purpose,
            risk,
            estimate,
            grade: render::grade(&part.up, &part.down, &values),
            from: "before",
            to: "after",
            stops: &[],
            transactional: part.up.is_transactional(),
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
