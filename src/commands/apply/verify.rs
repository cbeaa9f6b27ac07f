//! Whether the database is in the state that migrations start from, and in the one that they lead to.

use crate::commands::Session;
use crate::commands::drift::{self, Compared, Drift, Expected, PATIENCE, Told};
use crate::config::Settings;
use crate::migrations::{self, Migration, Migrations};
use crate::shape;

/// How the database stands before the first pending migration.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Before {
    /// To the state that this one starts from.
    pub(super) drift: Drift,
    /// What differs.
    pub(super) told: Told,
    /// How many migrations need only be recorded: it is in the state that they lead to, as after a hotfix by hand that was put into the
    /// schema folder, or a restore that lacks the history.
    pub(super) there: usize,
}

/// Says when the database is not in the state that the first pending migration starts from, and what differs.
pub(super) async fn before(settings: &Settings, session: &mut Session, list: &Migrations, pending: &[&Migration]) -> Before {
    let unknown = |why: String| Before { drift: Drift::Unknown(why), told: Told::default(), there: 0 };
    let Some(first) = pending.first() else { return unknown("no migration is pending".to_owned()) };
    let expected = match Expected::before(session, list, first) {
        Ok(it) => it,
        Err(why) => return unknown(why),
    };
    let compared = expected.compare(session, settings).await;
    let there = there(&compared, pending);
    if let Some(last) = there.checked_sub(1).and_then(|it| pending.get(it)) {
        let what = if there == 1 { "it is recorded, not run" } else { "all up to it are recorded, not run" };
        settings.console.progress(&format!("The database is in the state of {} already: {what}", last.version));
        return Before { drift: Drift::None, told: Told::default(), there };
    }
    let told = compared.told(settings, session, list, &expected, Some(PATIENCE)).await;
    if compared.drift == Drift::Found {
        let what = format!("before {}: the database is not in {}: something else changed it", first.version, expected.named());
        settings.console.warn(&told.below(what));
    }
    Before { drift: compared.drift, told, there }
}

/// How many of them lead to what is there. One whose file says of no state may do something to rows, and one that fills some must be run:
/// the state says nothing of them.
fn there(compared: &Compared, pending: &[&Migration]) -> usize {
    if compared.drift != Drift::Found {
        return 0;
    }
    let fills = |it: &Migration| it.script().map_or(true, |it| it.statements.iter().any(|it| shape::writes_rows(&it.sql)));
    let states = pending.iter().map(|it| it.states.as_ref().filter(|_| !fills(it)).map(|it| it.1.as_str()));
    migrations::there(states, |it| compared.is_in(it))
}

/// Says whether the last migration led where it should, and what differs unless that was said before.
pub(super) async fn after(
    settings: &Settings,
    session: &mut Session,
    list: &Migrations,
    last: &Migration,
    before: &Drift,
) -> (Compared, Told) {
    let state = format!("the state of {}", last.version);
    let mut told = Told::default();
    let compared = match Expected::now(session, list) {
        Ok(it) if it.version.as_ref() == Some(&last.version) => {
            let compared = it.compare(session, settings).await;
            if *before != Drift::Found {
                told = compared.told(settings, session, list, &it, Some(PATIENCE)).await;
            }
            compared
        }
        Ok(it) => Compared::unknown(format!("{} was applied after {}", last.version, it.version.unwrap_or_default())),
        Err(why) => Compared::unknown(why),
    };
    let otherwise = format!("after {}: the database is not in {state}: it differs from what the migrations make", last.version);
    drift::say(settings, &compared.drift, &state, otherwise, &told);
    (compared, told)
}
