//! `schemagen deployed`: the application is deployed that a held-back migration waits for.

use serde::Serialize;

use super::{Session, plain};
use crate::cli::{self, Format};
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::migrations::{self, Migration};
use crate::output::{self, NewFile};

#[derive(Debug, Serialize)]
struct Report<'a> {
    version: &'a str,
    by: &'a str,
    at: &'a str,
    /// What may be applied now.
    released: Vec<&'a str>,
}

/// Runs it.
pub async fn run(settings: &Settings, options: &cli::Deployed) -> Result<()> {
    let console = settings.console;
    let mut session = Session::whatever_is_wrong(settings).await?;
    session.lock(settings).await?;
    let list = std::mem::take(&mut session.migrations);
    let version = migrations::version(options.version);
    let waiting: Vec<&Migration> = list.list.iter().filter(|it| session.history.is_held(it)).collect();
    let released: Vec<&str> =
        waiting.iter().filter(|it| it.contract_of == Some(options.version)).map(|it| it.version.as_str()).collect();
    if released.is_empty() {
        return Err(nothing_waits(&session, &list.list, &version, &waiting));
    }
    let Some(migration) = list.get(&version).filter(|it| session.history.is_applied(it)) else {
        return Err(Error::new(format!("{version} is not applied, so no application can be deployed on it"))
            .help("apply it first: schemagen apply"));
    };
    let role: String = session.database.value("SELECT session_user::text", &[]).await?;
    let by = match std::env::var("USER").or_else(|_| std::env::var("USERNAME")) {
        Ok(user) if !user.is_empty() => format!("{user} (as {role})"),
        _ => role,
    };
    let by = plain(&by);
    session.database.run(&session.history.deployed(&settings.history, &version, &by)).await?;
    let at = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string();
    let line = format!("{at} by {by}, on {}: {} may be applied", settings.live()?.shown, released.join(", "));
    if let Some(log) = &migration.log {
        let heading = if log.contains(HEADING) { "" } else { HEADING };
        let text = format!("{}\n{heading}\n- {line}\n", log.trim_end());
        let written = output::write(&[NewFile::replacing(&migration.log_file, text)]);
        written.map_err(|it| it.note("state: the deploy is recorded in the database, and not in the log"))?;
    }
    match console.format {
        Format::Json => console.json(&Report { version: &version, by: &by, at: &at, released: released.clone() })?,
        Format::Text => {
            let verb = if released.len() == 1 { "is" } else { "are" };
            console.result(&format!("deployed {version}: {} {verb} no longer held back", released.join(", ")))
        }
    }
    console.progress("Next: commit the log; then schemagen apply");
    Ok(())
}

/// The heading in the log under which deploys stand.
const HEADING: &str = "\n### Deployed\n";

/// Why there is nothing to say about that version.
fn nothing_waits(session: &Session, list: &[Migration], version: &str, waiting: &[&Migration]) -> Error {
    let row = session.history.rows.get(version);
    let recorded = row.and_then(|it| Some((it.deployed_at.as_deref()?, it.deployed_by.as_deref().unwrap_or("somebody"))));
    if let Some((at, by)) = recorded {
        return Error::new(format!("the deploy of {version} is recorded already: {} by {by}", at.replace('T', " ")));
    }
    let error = Error::new(match list.iter().find(|it| it.version == version) {
        Some(_) => format!("no migration waits for a deploy after {version}"),
        None => format!("there is no migration {version}"),
    });
    let mut numbers: Vec<String> = waiting.iter().filter_map(|it| it.contract_of).map(migrations::version).collect();
    numbers.dedup();
    match numbers.as_slice() {
        [] => error.help("nothing is held back"),
        some => error.help(format!("what is held back waits for: schemagen deployed {}", some.join(" or "))),
    }
}
