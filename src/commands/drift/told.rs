//! What differs when the live database is not in the state that its history tells: the migrations are replayed on a throw-away server,
//! and what they give is compared with what is there.

use std::time::Duration;

use serde::Serialize;

use super::{Expected, Live};
use crate::catalog::Catalog;
use crate::commands::plain;
use crate::config::Settings;
use crate::desired::adopt;
use crate::drift::{Difference, differences};
use crate::engine;
use crate::error::{Error, Result};
use crate::fingerprint::{self, Comparison};
use crate::history::History;
use crate::kinds::Server;
use crate::migrations::{Migration, Migrations};
use crate::script::Script;
use crate::shadow::{self, Shadow};
use crate::spelling;

/// How many differences are listed for people.
const LISTED: usize = 20;

/// What differs, as far as it can be told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Told {
    /// None where it could not be found out, or where there is no drift.
    differences: Option<Vec<Difference>>,
    /// Why not, or what else must be known.
    #[serde(skip_serializing_if = "Option::is_none")]
    differences_note: Option<String>,
}

impl Told {
    /// One line each for people, and what to do.
    pub(crate) fn lines(&self) -> Vec<String> {
        let all = self.differences.as_deref().unwrap_or_default();
        let mut lines: Vec<String> = all.iter().take(LISTED).map(|it| format!("  {}", plain(&it.to_string()))).collect();
        if all.len() > LISTED {
            lines.push(format!("  and {} more: --format json lists all", all.len() - LISTED));
        }
        lines.extend(self.differences_note.iter().map(|it| format!("  note: {}", plain(it))));
        lines
    }

    /// The same below a line, as one text.
    pub(crate) fn below(&self, line: String) -> String {
        std::iter::once(line).chain(self.lines()).collect::<Vec<_>>().join("\n")
    }
}

/// Finds out, within `patience` where somebody waits for something else. Whatever stands in the way is told, and no reason to fail.
pub(super) async fn told(
    settings: &Settings,
    list: &Migrations,
    history: &History,
    expected: &Expected,
    live: &Live,
    patience: Option<Duration>,
) -> Told {
    let replayed = replayed(settings, list, history, expected, live);
    let found = match patience {
        None => replayed.await,
        Some(patience) => tokio::time::timeout(patience, replayed).await.unwrap_or_else(|_| {
            let what = format!("the migrations were not replayed within {} s", patience.as_secs());
            Err(Error::new(what).help("schemagen status takes its time for it"))
        }),
    };
    match found {
        Ok(it) => it,
        Err(error) => {
            let help = error.help.map_or(String::new(), |it| format!("; {it}"));
            let note = format!("what differs cannot be told here: {}{help}", error.message);
            Told { differences: None, differences_note: Some(note) }
        }
    }
}

async fn replayed(settings: &Settings, list: &Migrations, history: &History, expected: &Expected, live: &Live) -> Result<Told> {
    let scripts = applied(list, history)?;
    // A look at a database is not when servers are fetched.
    let shadow = shadow::Settings { offline: true, ..settings.shadow_settings() };
    let mut shadow = Shadow::start(&shadow, live.server.major).await?;
    if shadow.major() != live.server.major {
        let what = format!("the throw-away server is PostgreSQL {}, the database is {}", shadow.major(), live.server.major);
        return Err(Error::new(what).help("SCHEMAGEN_PG_BIN_DIR or --shadow-url name one of the same version"));
    }
    let base = engine::replayed_base(&mut shadow, scripts, &live.rules).await;
    let superuser = shadow.superuser().to_owned();
    shadow.stop().await?;
    let given = base.map_err(|it| it.within("the migrations cannot be replayed"))?.catalog;
    // Who applied them is not known for certain: who it fits best.
    let all = live.roles.iter().map(|role| compared(&given, &superuser, role, expected, live));
    Ok(all.min_by_key(|it| it.differences.as_ref().map_or(0, Vec::len)).unwrap_or_default())
}

/// The migrations that the database has, ready to run.
fn applied(list: &Migrations, history: &History) -> Result<Vec<Script>> {
    let script = |(number, _): &(u32, _)| {
        let file = list.find(*number).ok_or_else(|| {
            let what = format!("migration {} has no file to replay", crate::migrations::version(*number));
            Error::new(what).help("bring it back from git")
        });
        file.and_then(Migration::script)
    };
    history.ours(list).iter().map(script).collect()
}

/// What differs, if the migrations were applied by that role.
fn compared(given: &Catalog, superuser: &str, role: &str, expected: &Expected, live: &Live) -> Told {
    // In the terms of that role alone: who owns things now is a part of the question.
    let wanted = adopt(given.clone(), &Catalog::default(), superuser, role);
    let server = Server { role: role.to_owned(), ..live.server.clone() };
    let recorded = expected.fingerprint.as_deref().unwrap_or_default();
    if fingerprint::compare(recorded, &fingerprint::of(&wanted, &server, &live.rules)) == Comparison::Same {
        return Told { differences: Some(differences(&wanted, &live.catalog, &live.rules)), differences_note: None };
    }
    let alike = spelling::alike(&wanted, &live.catalog);
    let respelled =
        |it: Catalog| alike.iter().filter_map(|id| live.catalog.get(id)).fold(it, |catalog, object| catalog.with(object.clone()));
    let found = differences(&respelled(wanted), &live.catalog, &live.rules);
    let note = match found.is_empty() {
        true => "the migrations, replayed here, give what is there: what was recorded when they were applied is another state",
        false => {
            "the migrations, replayed here, do not give exactly what was recorded when they were applied, as when a file was edited \
             since: not all of this need be the work of somebody else"
        }
    };
    Told { differences: Some(found), differences_note: Some(note.to_owned()) }
}
