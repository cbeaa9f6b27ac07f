//! Whether the database is in the state that migrations start from, and in the one that they lead to.

use crate::commands::Session;
use crate::commands::drift::{self, Compared, Drift, Expected, PATIENCE, Told};
use crate::config::Settings;
use crate::migrations::{Migration, Migrations};

/// Says when the database is not in the state that the first pending migration starts from, and what differs.
pub(super) async fn before(settings: &Settings, session: &mut Session, list: &Migrations, first: &Migration) -> (Drift, Told) {
    let expected = match Expected::before(session, list, first) {
        Ok(it) => it,
        Err(why) => return (Drift::Unknown(why), Told::default()),
    };
    let compared = expected.compare(session, settings).await;
    let told = compared.told(settings, session, list, &expected, Some(PATIENCE)).await;
    if compared.drift == Drift::Found {
        let what = format!("before {}: the database is not in {}: something else changed it", first.version, expected.named());
        settings.console.warn(&told.below(what));
    }
    (compared.drift, told)
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
