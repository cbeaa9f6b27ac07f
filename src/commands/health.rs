//! `schemagen health`: how the live database is, and what became worse since an earlier report.

use std::path::Path;
use std::time::Duration;

use super::drift::Drift;
use super::status::{self, State};
use super::{Session, plain};
use crate::amount::bytes;
use crate::archive::SCHEMA;
use crate::cli::{self, Format};
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::health::{self, Finding, Level, Outcome, Report, Verdict, since};
use crate::output::{self, NewFile};

/// Runs it.
pub async fn run(settings: &Settings, options: &cli::Health) -> Result<()> {
    let before = options.since.as_deref().map(read).transpose()?;
    let mut drift = true;
    loop {
        let (mut session, wrong) = Session::of_what_is_there(settings).await?;
        let report = report(settings, &mut session, &wrong, before.as_ref(), drift).await?;
        session.database.close().await?;
        if let Some(path) = &options.save {
            let text = serde_json::to_string_pretty(&report).map_err(Error::internal)?;
            output::write(&[NewFile::replacing(path, format!("{text}\n"))])?;
        }
        print(settings, &report)?;
        let Some(pause) = options.watch else { return verdict(&report, options.fail_on.level()) };
        tokio::time::sleep(Duration::from_secs(pause)).await;
        // The whole catalog is read for it: once is enough.
        drift = false;
    }
}

/// How the database is, and its migrations with it.
pub(super) async fn report(
    settings: &Settings,
    session: &mut Session,
    wrong: &[Error],
    before: Option<&Report>,
    drift: bool,
) -> Result<Report> {
    let migrations = migrations(settings, session, wrong, drift).await?;
    let mut report = health::measure(&mut session.database, &settings.live()?.shown, &settings.health).await?;
    report.probes.insert(0, migrations);
    report.ignore(&settings.health);
    if let Some(before) = before {
        report.probes.extend(since::compare(before, &report, &settings.health));
        report.ignore(&settings.health);
    }
    Ok(report)
}

/// A report that was kept.
fn read(path: &Path) -> Result<Report> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|it| Error::from(it).within(format!("cannot read {name}")))?;
    let report: Report = serde_json::from_str(&text)
        .map_err(|it| Error::new(format!("{name} is no report of health: {it}")).help("keep one with schemagen health --save"))?;
    if report.format != health::FORMAT {
        return Err(Error::new(format!("{name} has the form {}, and this schemagen reads {}", report.format, health::FORMAT)));
    }
    Ok(report)
}

/// What the history and the archive tell.
async fn migrations(settings: &Settings, session: &mut Session, wrong: &[Error], drift: bool) -> Result<Outcome> {
    let items = status::items(session);
    let mut verdict = Verdict::new(status::summary(&status::counts(&items)));
    for it in wrong {
        verdict.found(Level::Warning, "files", &it.message, it.help.as_deref().unwrap_or("take the folder from git again"));
    }
    for it in &items {
        let (level, help) = match it.state {
            State::Applied => continue,
            State::Stopped => (Level::Error, "schemagen apply goes on where it stopped; schemagen rollback undoes what is done"),
            State::Edited => (Level::Warning, "take the applied text of the file back from git"),
            State::Other => (Level::Warning, "another migration has its number: schemagen apply says what to do"),
            State::Missing => (Level::Warning, "take the file back from git"),
            State::Pending => (Level::Info, "schemagen apply"),
            State::Held => (Level::Info, "schemagen deployed, once the application is"),
        };
        verdict.found(level, &it.version, it.state.word(), help);
    }
    if drift {
        let (found, line) = status::drift(settings, session).await;
        if found == Drift::Found {
            verdict.found(
                Level::Warning,
                "drift",
                line.trim_start_matches("drift: "),
                "schemagen status says what differs: put it into schema/, or undo it there",
            );
        }
    }
    let kept = archived(session).await?;
    if kept > 0 {
        verdict.summary = format!("{}; {} kept in {SCHEMA}", verdict.summary, bytes(kept));
    }
    Ok(Outcome { probe: "migrations".to_owned(), verdict, unknown: None })
}

/// How many bytes the archive takes.
async fn archived(session: &mut Session) -> Result<u64> {
    const BYTES: &str = "SELECT coalesce(sum(pg_catalog.pg_total_relation_size(c.oid)), 0) FROM pg_catalog.pg_class c \
         WHERE c.relkind = 'r' AND c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)";
    session.database.value(BYTES, &[SCHEMA]).await
}

fn print(settings: &Settings, report: &Report) -> Result<()> {
    let console = settings.console;
    if console.format == Format::Json {
        return console.json(report);
    }
    console.progress(&format!("Database {} at {}", report.database, report.measured_at));
    for outcome in &report.probes {
        let verdict = &outcome.verdict;
        let text = outcome.unknown.as_ref().unwrap_or(&verdict.summary);
        console.result(&format!("{:<7}  {:<12}  {}", outcome.word(), outcome.probe, plain(text)));
        for (first, subjects) in alike(&verdict.findings) {
            let subjects = if subjects.is_empty() { String::new() } else { format!("{subjects}: ") };
            console.result(&format!("  {}: {}", first.level.word(), plain(&format!("{subjects}{}", first.message))));
            console.result(&format!("    help: {}", plain(&first.help)));
        }
    }
    if report.ignored > 0 {
        console.progress(&format!("{} left out by [health] ignore", report.ignored));
    }
    Ok(())
}

/// How many subjects of one finding are named.
const NAMED: usize = 5;

/// The first of the findings that differ in their subjects only, and these: `a, b and 7 more`.
fn alike(findings: &[Finding]) -> Vec<(&Finding, String)> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for it in findings {
        let same =
            |group: &&mut Vec<&Finding>| (group[0].level, &group[0].message, &group[0].help) == (it.level, &it.message, &it.help);
        match groups.iter_mut().find(same) {
            Some(group) => group.push(it),
            None => groups.push(vec![it]),
        }
    }
    let subjects = |group: &[&Finding]| {
        let named: Vec<&str> = group.iter().take(NAMED).map(|it| it.subject.as_str()).collect();
        let more = if group.len() > NAMED { format!(" and {} more", group.len() - NAMED) } else { String::new() };
        format!("{}{more}", named.join(", "))
    };
    groups.into_iter().map(|it| (it[0], subjects(&it))).collect()
}

/// Whether something counts enough to fail.
fn verdict(report: &Report, least: Level) -> Result<()> {
    let count = report.findings().filter(|(_, it)| least != Level::Off && it.level >= least).count();
    if count == 0 {
        return Ok(());
    }
    Err(super::found("health", count, least)
        .help("what is known and meant can be left out: [health] ignore = [\"probe:subject\"] in schemagen.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_many_is_said_once() {
        let finding = |subject: &str, message: &str| {
            let text = |it: &str| it.to_owned();
            Finding { level: Level::Warning, subject: text(subject), message: text(message), help: text("mend it") }
        };
        let findings = [finding("a", "broken"), finding("x", "odd"), finding("b", "broken")];
        let told: Vec<(&str, String)> = alike(&findings).into_iter().map(|(it, of)| (it.message.as_str(), of)).collect();
        assert_eq!(told, [("broken", "a, b".to_owned()), ("odd", "x".to_owned())]);
        let many: Vec<Finding> = ('a'..='g').map(|it| finding(&it.to_string(), "broken")).collect();
        assert_eq!(alike(&many)[0].1, "a, b, c, d, e and 2 more");
    }
}
