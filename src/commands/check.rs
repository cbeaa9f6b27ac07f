//! `schemagen check`: the gate for CI. Nothing is written, and nothing is remembered from one run to the next.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use super::diff::NEWEST;
use super::plain;
use crate::amount::counted;
use crate::check::{self, Finding, Level};
use crate::cli::{self, Format};
use crate::config::Settings;
use crate::connect;
use crate::diff::diff;
use crate::engine;
use crate::error::{Error, Exit, Result};
use crate::git::Repository;
use crate::history::History;
use crate::kinds::Verb;
use crate::lint;
use crate::migrations::{Migration, Migrations, folder};
use crate::replay::{self, Leg};
use crate::script::Script;
use crate::shadow::Shadow;
use crate::source;

/// How many differences are listed.
const LISTED: usize = 20;

/// The result for programs.
#[derive(Debug, Serialize)]
struct Report {
    passed: bool,
    migrations: usize,
    /// The versions that were run there, back and there again.
    run: Vec<String>,
    findings: Vec<Finding>,
}

/// Runs it.
pub async fn run(settings: &Settings, options: &cli::Check) -> Result<()> {
    let mut report = Report { passed: false, migrations: 0, run: Vec::new(), findings: Vec::new() };
    let texts = folder::read(&settings.migrations)?;
    match Migrations::of(&settings.migrations, &texts) {
        Err(error) => report.findings.push(Finding::of("files", &error)),
        Ok(migrations) => {
            report.migrations = migrations.list.len();
            report.findings.extend(check::files(&migrations, &texts));
            let new = new(settings, options, &migrations, &mut report.findings)?;
            let is_new = |it: &&Migration| new.contains(&it.number);
            report.findings.extend(migrations.list.iter().filter(is_new).flat_map(check::blanks));
            let major = history(settings, &migrations, &mut report.findings).await?;
            report.findings.extend(hazards(settings, &migrations, &new, major)?);
            replayed(settings, &migrations, &new, major, &mut report).await?;
        }
    }
    report.findings.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
    finish(settings, report)
}

/// The numbers of the migrations to look at closely: all, or those that the base does not have as they are.
fn new(settings: &Settings, options: &cli::Check, migrations: &Migrations, findings: &mut Vec<Finding>) -> Result<BTreeSet<u32>> {
    let Some(base) = &options.base else { return Ok(migrations.list.iter().map(|it| it.number).collect()) };
    let repository = Repository::of(&settings.migrations)?;
    let commit = repository.commit(base)?;
    let (there, fork) = (repository.files(&commit)?, repository.files(&repository.fork(&commit)?)?);
    findings.extend(check::base(migrations, &fork, &there, base));
    let path = |it: &Path| it.strip_prefix(&migrations.folder).unwrap_or(it).display().to_string();
    let is_there = |file: &Path, text: &str| there.get(&path(file)).is_some_and(|it| it == text);
    let rollback = |it: &Migration| it.rollback.as_ref().is_some_and(|text| is_there(&it.rollback_file, text));
    let new = migrations.list.iter().filter(|it| !is_there(&it.file, &it.text) || !rollback(it));
    Ok(new.map(|it| it.number).collect())
}

/// Compares with what a database has applied, when one is given; the major version to check on.
async fn history(settings: &Settings, migrations: &Migrations, findings: &mut Vec<Finding>) -> Result<u32> {
    let Some(target) = &settings.database else { return Ok(NEWEST) };
    let mut live = connect::open(target).await?;
    let server = live.server().await?;
    let history = History::read(&mut live, &settings.history).await?;
    live.close().await?;
    findings.extend(check::history(migrations, &history, &target.shown));
    Ok(server.major)
}

/// What lint has against the new migrations that were written by hand: those of ours say in their logs what they cost.
fn hazards(settings: &Settings, migrations: &Migrations, new: &BTreeSet<u32>, major: u32) -> Result<Vec<Finding>> {
    let file = |it: &Migration| {
        let is_looked_at = new.contains(&it.number) && it.states.is_none();
        let role = if is_looked_at { lint::Role::Migration } else { lint::Role::Earlier };
        lint::File { name: it.file.display().to_string(), text: it.text.clone(), role }
    };
    let files: Vec<lint::File> = migrations.list.iter().map(file).collect();
    let report = lint::lint(&files, &lint::Options { version: major, policy: &settings.policy })?;
    let told = report.findings.into_iter().filter(|it| it.level >= lint::Level::Warning);
    Ok(told.map(|it| hazard(it, settings.policy.fail_on)).collect())
}

fn hazard(finding: lint::Finding, fail_on: lint::Level) -> Finding {
    let lint::Finding { rule, level, place, message, help } = finding;
    let found = Finding::new("lint", format!("{message} [{rule}]")).about(&place.file);
    let found = Finding { line: Some(place.line), notes: vec![format!("{} | {}", place.line, place.text.trim())], help, ..found };
    if fail_on != lint::Level::Off && level >= fail_on { found } else { found.warns() }
}

/// Replays the migrations on an empty database: the folder must say the same, and every rollback must restore.
async fn replayed(
    settings: &Settings,
    migrations: &Migrations,
    new: &BTreeSet<u32>,
    major: u32,
    report: &mut Report,
) -> Result<()> {
    let (mut before, mut legs) = (Vec::new(), Vec::new());
    for it in &migrations.list {
        match (it.script(), rollback(it)) {
            // From the first new one on: what stands on it is run with it.
            (Ok(migration), Ok(Some(rollback))) if new.contains(&it.number) || !legs.is_empty() => {
                legs.push(Leg { migration, rollback });
                report.run.push(it.version.clone());
            }
            (Ok(migration), Ok(_)) if legs.is_empty() => before.push(migration),
            (Ok(_), Ok(_)) => break, // one without a rollback is named already
            (Err(error), _) | (_, Err(error)) => {
                report.findings.push(Finding::of("files", &error));
                return Ok(());
            }
        }
    }
    let source = match source::read(&settings.schema) {
        Ok(it) => it,
        Err(error) => {
            report.findings.push(Finding::of("schema", &error));
            return Ok(());
        }
    };
    let mut shadow = Shadow::start(&settings.shadow_settings(), major).await?;
    let rules = settings.rules(&source);
    shadow.stub_roles(&source.roles).await?;
    let journey = replay::there_and_back(&mut shadow, &before, &legs, &rules).await?;
    let failed = |it: &replay::Failure| {
        let finding = Finding::of("rollback", &it.error);
        if finding.file.is_some() { finding } else { finding.about(&it.file) }
    };
    report.findings.extend(journey.failures.iter().map(failed));
    // Where the way there stops there is nothing to compare with.
    if journey.states.len() > legs.len() || legs.is_empty() {
        let scripts: Vec<Script> = migrations.list.iter().map(Migration::script).collect::<Result<_>>()?;
        match differences(&mut shadow, scripts, &source, &rules).await {
            Ok(found) => report.findings.extend(found.map(|it| it.about(settings.schema.display()))),
            Err(error) => report.findings.push(Finding::of("schema", &error)),
        }
    }
    shadow.stop().await
}

fn rollback(migration: &Migration) -> Result<Option<Script>> {
    let parse = |it: &String| Script::parse(&migration.rollback_file.display().to_string(), it);
    migration.rollback.as_ref().map(parse).transpose()
}

/// How the schema folder and the replayed migrations differ.
async fn differences(
    shadow: &mut Shadow,
    scripts: Vec<Script>,
    source: &source::Source,
    rules: &crate::rules::Rules,
) -> Result<Option<Finding>> {
    let base = engine::replayed_base(shadow, scripts, rules).await?;
    let (desired, _) = engine::desired(shadow, source, &base, rules).await?;
    let differences = diff(&base.catalog, &desired);
    if differences.is_empty() {
        return Ok(None);
    }
    let sentence = |(id, verb): (&crate::catalog::Id, &Verb)| match verb {
        Verb::Create => format!("{id} is declared, and no migration makes it"),
        Verb::Drop => format!("{id} is made by a migration, and not declared"),
        Verb::Alter | Verb::Rebuild => format!("{id} is declared in another way than the migrations make it"),
    };
    let mut notes: Vec<String> = differences.iter().take(LISTED).map(sentence).collect();
    if differences.len() > LISTED {
        notes.push(format!("and {} more", differences.len() - LISTED));
    }
    let finding = Finding::new("schema", "it does not say what the migrations give");
    let help = "schemagen diff writes the migration that is missing";
    Ok(Some(Finding { level: Level::Difference, notes, ..finding.help(help) }))
}

/// Prints what was found and says how it went.
fn finish(settings: &Settings, mut report: Report) -> Result<()> {
    let worst = report.findings.iter().map(|it| it.level).max();
    report.passed = worst.is_none_or(|it| it == Level::Warning);
    let count = |level: Level| report.findings.iter().filter(|it| it.level == level).count();
    let errors = counted(count(Level::Error), "error", "errors");
    let warnings = Some(count(Level::Warning)).filter(|it| *it > 0);
    let warned = warnings.map_or(String::new(), |it| format!(", {}", counted(it, "warning", "warnings")));
    match settings.console.format {
        Format::Json => settings.console.json(&report)?,
        Format::Text => {
            for it in &report.findings {
                settings.console.result(&it.to_string().lines().map(plain).collect::<Vec<_>>().join("\n"));
                if settings.annotates {
                    settings.console.result(&annotation(it));
                }
            }
        }
    }
    let checked =
        format!("{} checked, {} of them run there, back and there again", super::count(report.migrations), report.run.len());
    match worst {
        Some(Level::Error) => Err(Error::new(format!("{checked}: {errors}{warned}"))),
        Some(Level::Difference) => {
            Err(Error::new(format!("{checked}: the schema folder and the migrations differ")).exit(Exit::Difference))
        }
        _ => {
            settings.console.progress(&format!("Passed: {checked}{warned}"));
            Ok(())
        }
    }
}

/// The line by which GitHub shows a finding beside the file.
fn annotation(finding: &Finding) -> String {
    let escaped = |it: &str| it.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let word = if finding.level == Level::Warning { "warning" } else { "error" };
    let file = finding
        .file
        .as_ref()
        .map_or(String::new(), |it| format!("file={},", escaped(it).replace(',', "%2C").replace(':', "%3A")));
    let line = finding.line.map_or(String::new(), |it| format!("line={it},"));
    let text = [vec![finding.message.clone()], finding.notes.clone(), finding.help.clone().into_iter().collect()].concat();
    format!("::{word} {file}{line}title=schemagen check::{}", escaped(&text.join("\n")))
}
