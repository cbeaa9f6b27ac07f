//! Whether the live database is in the state that its history tells, by fingerprints alone: it is read, and nothing is loaded. What
//! differs where it is not is found out apart.

use std::time::Duration;

use super::Session;
use crate::catalog::Catalog;
use crate::config::Settings;
use crate::database::Database;
use crate::error::Result;
use crate::fingerprint::{self, Comparison};
use crate::history::Row;
use crate::introspect::introspect;
use crate::kinds::Server;
use crate::migrations::{Migration, Migrations};
use crate::rules::Rules;
use crate::source::Source;

pub(super) use told::Told;

mod told;

/// How long a migration waits until it is known what differs.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// How the live database stands to the state that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Drift {
    /// It is that state.
    None,
    /// It is another one.
    Found,
    /// It cannot be told, and why.
    Unknown(String),
}

impl Drift {
    /// For programs: whether there is any.
    pub(super) fn flag(&self) -> Option<bool> {
        match self {
            Drift::None => Some(false),
            Drift::Found => Some(true),
            Drift::Unknown(_) => None,
        }
    }
}

/// A state that a migration starts from or leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    /// The migration that leads there; none for the state before the first.
    pub(super) version: Option<String>,
    fingerprint: Option<String>,
}

impl Expected {
    /// The state that the history leaves the database in; `Err` says why there is none to tell.
    pub(super) fn now(session: &Session, list: &Migrations) -> std::result::Result<Expected, String> {
        let ours = session.history.ours(list);
        if let Some((_, stopped)) = ours.iter().find(|it| it.1.statements_done.is_some()) {
            return Err(format!("migration {} stopped half way", stopped.version));
        }
        let Some((number, row)) = ours.last() else {
            return match list.find(1).and_then(|it| it.states.clone()) {
                Some((from, _)) => Ok(Expected { version: None, fingerprint: Some(from) }),
                None => Err("no migration is applied".to_owned()),
            };
        };
        Ok(Expected { version: Some(row.version.clone()), fingerprint: recorded(row, list, *number) })
    }

    /// The state that a pending migration starts from: its file says so, or else it is the state now.
    pub(super) fn before(session: &Session, list: &Migrations, first: &Migration) -> std::result::Result<Expected, String> {
        let now = Expected::now(session, list);
        let newest = session.history.ours(list).last().map_or(0, |it| it.0);
        match (&first.states, now) {
            (Some((from, _)), Ok(now)) if first.number == newest + 1 => Ok(Expected { fingerprint: Some(from.clone()), ..now }),
            (_, now) => now,
        }
    }

    /// The state in words that follow "in".
    pub(super) fn named(&self) -> String {
        self.version.as_ref().map_or("the state before the first migration".to_owned(), |it| format!("the state of {it}"))
    }

    /// Reads the live database and compares. A database that cannot be read is no reason to fail.
    pub(super) async fn compare(&self, session: &mut Session, settings: &Settings) -> Compared {
        let live = match read(session, settings).await {
            Ok(it) => it,
            Err(error) => {
                let drift = Drift::Unknown(format!("the database cannot be read: {}", error.message));
                return Compared { drift, live: None };
            }
        };
        let drift = match self.fingerprint.as_ref().map(|it| live.compared(it)) {
            Some(Comparison::Same) => Drift::None,
            Some(Comparison::Different) => Drift::Found,
            Some(Comparison::Incomparable) => Drift::Unknown(format!(
                "{} was recorded for another version of PostgreSQL or of schemagen, or with another [ignore]",
                self.named()
            )),
            None => Drift::Unknown(format!("no file says what {} is", self.named())),
        };
        Compared { drift, live: Some(live) }
    }
}

/// Says whether a run led to that state; `otherwise` is said where it did not, with what differs.
pub(super) fn say(settings: &Settings, drift: &Drift, state: &str, otherwise: String, told: &Told) {
    match drift {
        Drift::None => settings.console.progress(&format!("Verified: the database is in {state}")),
        Drift::Found => settings.console.warn(&told.below(otherwise)),
        Drift::Unknown(why) => settings.console.progress(&format!("Not verified: {why}")),
    }
}

/// How the live database stands to a state, and what was read for that.
#[derive(Debug)]
pub(super) struct Compared {
    pub(super) drift: Drift,
    live: Option<Live>,
}

impl Compared {
    /// One that could not be made, and why.
    pub(super) fn unknown(why: String) -> Compared {
        Compared { drift: Drift::Unknown(why), live: None }
    }

    /// Whether the database is in that state.
    pub(super) fn is_in(&self, state: &str) -> bool {
        self.live.as_ref().is_some_and(|it| it.compared(state) == Comparison::Same)
    }

    /// The fingerprint of what is there.
    pub(super) fn fingerprint(&self) -> Option<String> {
        self.live.as_ref().map(|it| it.fingerprint(&it.server.role))
    }

    /// What differs, where something does: a throw-away server is started for that. Who has the database locked meanwhile has only
    /// so much `patience`.
    pub(super) async fn told(
        &self,
        settings: &Settings,
        session: &Session,
        list: &Migrations,
        expected: &Expected,
        patience: Option<Duration>,
    ) -> Told {
        match &self.live {
            Some(live) if self.drift == Drift::Found => {
                told::told(settings, list, &session.history, expected, live, patience).await
            }
            _ => Told::default(),
        }
    }
}

/// The live database as it was read.
#[derive(Debug)]
struct Live {
    catalog: Catalog,
    server: Server,
    /// Who may have applied the migrations: who owns the history, and who looks.
    roles: Vec<String>,
    rules: Rules,
}

impl Live {
    fn fingerprint(&self, role: &str) -> String {
        read_as(role, &self.catalog, &self.server, &self.rules)
    }

    /// Compares with a recorded state. Who looks need not be who applied the migrations.
    fn compared(&self, recorded: &str) -> Comparison {
        let all = self.roles.iter().map(|it| fingerprint::compare(recorded, &self.fingerprint(it)));
        all.reduce(|one, other| if other == Comparison::Same { other } else { one }).unwrap_or(Comparison::Incomparable)
    }
}

/// The fingerprint of a state in the terms of a role.
pub(super) fn read_as(role: &str, catalog: &Catalog, server: &Server, rules: &Rules) -> String {
    fingerprint::of(catalog, &Server { role: role.to_owned(), ..server.clone() }, rules)
}

/// What was recorded when it was applied, or else what its file says.
fn recorded(row: &Row, list: &Migrations, number: u32) -> Option<String> {
    row.fingerprint.clone().or_else(|| list.find(number)?.states.clone().map(|it| it.1))
}

/// The live database. Reading changes settings of the session; they are put back for what runs on it next.
async fn read(session: &mut Session, settings: &Settings) -> Result<Live> {
    let server = session.database.server().await?;
    let read = introspect(&mut session.database).await;
    session.database.run("RESET ALL").await?;
    let rules = settings.rules(&Source::default());
    let mut roles: Vec<String> =
        owner(&mut session.database, settings).await?.filter(|it| *it != server.role).into_iter().collect();
    roles.push(server.role.clone());
    Ok(Live { catalog: rules.apply(read?).0, server, roles, rules })
}

/// Who owns the history.
pub(super) async fn owner(database: &mut Database, settings: &Settings) -> Result<Option<String>> {
    const OWNER: &str = "SELECT (SELECT pg_catalog.pg_get_userbyid(c.relowner) FROM pg_catalog.pg_class c \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2)";
    database.value(OWNER, &[&settings.history.schema, &settings.history.name]).await
}
