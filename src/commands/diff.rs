//! `schemagen diff`: the next migration, its rollback and its log, proven before they are written.

use serde::Serialize;

use super::by_hand;
use super::weigh::{self, Weighed, weigh};
use crate::amount::counted;
use crate::cli::{self, OnDrop};
use crate::config::Settings;
use crate::connect;
use crate::data_checks::{self, Answer, Checked};
use crate::engine::{self, Base};
use crate::error::{Error, Exit, Result};
use crate::fingerprint;
use crate::hints;
use crate::kinds::Server;
use crate::migrations::{self, Migrations};
use crate::output::{self, NewFile};
use crate::prove::{self, Part, Proven};
use crate::render::{self, Header, Proof};
use crate::rules::{self, LeftAlone, Rules};
use crate::source::{self, Source};
use crate::timing;
use crate::values::{self, Scope, Values};

use super::questions;
use super::refused::refused;
use super::strategy::{self, Change};

mod start;

/// The major version when nothing says another.
pub(super) const NEWEST: u32 = 18;

/// The result for programs.
#[derive(Debug, Serialize)]
struct Report {
    changed: bool,
    written: bool,
    statements: usize,
    ignored: usize,
    skipped: usize,
    losses: Vec<String>,
    /// What the rollback of each file brings back.
    rollbacks: Vec<String>,
    values: Option<Values>,
    parts: Vec<Weighed>,
    checks: Vec<Checked>,
    findings: Vec<String>,
    files: Vec<File>,
}

#[derive(Debug, Serialize)]
struct File {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// Runs it.
pub async fn run(settings: &Settings, options: &cli::Diff) -> Result<()> {
    match compare(settings, options, NEWEST).await? {
        Outcome::Told => Ok(()),
        Outcome::ByHand(major) => {
            let settings = Settings { database: None, ..settings.clone() };
            compare(&settings, options, major).await.map(|_| ())
        }
    }
}

/// How it ended.
enum Outcome {
    /// All is said.
    Told,
    /// The live database, of that version, has what the migrations lack: they are what is to be compared with.
    ByHand(u32),
}

async fn compare(settings: &Settings, options: &cli::Diff, major: u32) -> Result<Outcome> {
    let migrations = Migrations::read(&settings.migrations)?;
    let reading = timing::stage("read the schema folder");
    let source = source::read(&settings.schema)?;
    let checks = [source::checks(&settings.schema)?, source::hinted_checks(&source)?].concat();
    drop(reading);
    let scope = Scope { every_table: options.full, sample: sample(settings, options)? };
    let rules = settings.rules(&source);
    let (mut shadow, mut base, loaded) = start::base(settings, &migrations, &source, &rules, major).await?;
    let (mut desired, mut left_alone) = match loaded {
        Some(loaded) => engine::desired_of(loaded?, &shadow, &source, &base, &rules).await?,
        None => engine::desired(&mut shadow, &source, &base, &rules).await?,
    };
    let agree = |base: &Base, desired: &_| crate::diff::diff(&base.catalog, desired).is_empty();
    if !agree(&base, &desired) && base.stand(&mut shadow).await? {
        (desired, left_alone) = engine::desired(&mut shadow, &source, &base, &rules).await?;
    }
    let nothing = agree(&base, &desired);
    if by_hand::is_there(settings, &migrations, &base, &rules, nothing).await? && nothing {
        let major = shadow.major();
        return shadow.stop().await.map(|()| Outcome::ByHand(major));
    }
    let archive = (options.on_drop == OnDrop::Archive).then(|| migrations.newest() + 1);
    let mut notes = notes(&source, &left_alone, &rules);
    notes.extend(hints::spent(&source, &base.catalog, &desired)?);
    if nothing {
        shadow.stop().await?;
        notes.extend(prove::stays(&base.catalog, &desired));
        return unchanged(settings, &source, &base, left_alone.len(), &notes).map(|()| Outcome::Told);
    }
    let answers = questions::answers(settings, options, &source, &mut shadow, &mut base, &desired, &rules).await?;
    let (migrations, wanted) = (&migrations, answers.wanted.as_slice());
    let change =
        Change { migrations, source: &source, desired: &desired, wanted, checks: &checks, archive, scope, rules: &rules };
    let mut proven = strategy::proven(settings, options, &mut shadow, &mut base, &change).await?;
    let major = shadow.major();
    shadow.stop().await?;
    proven.touches(&hints::touched(&source, &desired)?);
    let losses: Vec<String> = prove::losses(&proven, archive.is_some()).into_iter().collect();
    if !losses.is_empty() && options.on_drop == OnDrop::Archive {
        return Err(refused(&losses, &base.catalog, &desired));
    }
    let rendering = timing::stage("render");
    let server = Server { major, ..base.server.clone() };
    proven.checks = answered(settings, proven.checks).await?;
    let weighed = weigh(settings, &proven, &base.sizes)?;
    let way_out = strategy::way_out(settings, options, &base, &change, &weighed);
    let allowed = weigh::allowed(options.max_risk.or(settings.max_risk), &weighed);
    let mut files = files(migrations, &proven, &weighed, options.name.as_deref(), &notes, &server, &rules)?;
    drop(rendering);
    if !options.dry_run {
        allowed.clone()?;
        files.extend(answers.files);
        output::write(&files)?;
    }
    let aside = Aside { ignored: left_alone.len(), skipped: source.skipped.iter().map(|it| it.count).sum() };
    report(settings, options, &proven, weighed, &files, &aside, losses)?;
    allowed?;
    for note in notes.iter().chain(&way_out) {
        settings.console.progress(&format!("Note: {note}"));
    }
    match options.exit_code {
        true => Err(Error::new("the schema folder and the database differ").exit(Exit::Difference)),
        false => Ok(Outcome::Told),
    }
}

/// The real rows that the proof is to take. The configuration may be for runs with a database too.
fn sample<'a>(settings: &'a Settings, options: &cli::Diff) -> Result<Option<values::Wanted<'a>>> {
    let Some(rows) = options.sample.or(settings.sample).filter(|it| *it > 0) else { return Ok(None) };
    let live = match (&settings.database, options.sample) {
        (None, None) => return Ok(None),
        (None, Some(_)) => settings.live().map_err(|it| it.within("--sample takes rows of the live database"))?,
        (Some(live), _) => live,
    };
    Ok(Some(values::Wanted { rows: usize::try_from(rows).unwrap_or(usize::MAX), live }))
}

/// What the migration meets on the live database, where there is one.
async fn answered(settings: &Settings, checks: Vec<Checked>) -> Result<Vec<Checked>> {
    let (Some(target), false) = (&settings.database, checks.is_empty()) else { return Ok(checks) };
    let mut live = connect::open(target).await?;
    let checked = data_checks::ask(&mut live, checks).await?;
    live.close().await?;
    Ok(checked)
}

/// What a reader must know besides the changes.
fn notes(source: &Source, left_alone: &LeftAlone, rules: &Rules) -> Vec<String> {
    let mut notes: Vec<String> = source.skipped.iter().map(ToString::to_string).collect();
    notes.extend(rules::told(left_alone, rules));
    notes
}

fn unchanged(settings: &Settings, source: &Source, base: &Base, ignored: usize, notes: &[String]) -> Result<()> {
    let count = base.catalog.objects.len();
    settings.console.progress(&format!("No changes: {count} objects compared, {} agrees", settings.schema.display()));
    for note in notes {
        settings.console.progress(&format!("Note: {note}"));
    }
    questions::stale(source).iter().for_each(|it| settings.console.warn(it));
    if settings.console.format == cli::Format::Json {
        let skipped = source.skipped.iter().map(|it| it.count).sum();
        let (files, losses, findings, values, parts) = (Vec::new(), Vec::new(), Vec::new(), None, Vec::new());
        settings.console.json(&Report {
            changed: false,
            written: false,
            statements: 0,
            ignored,
            skipped,
            rollbacks: Vec::new(),
            losses,
            values,
            parts,
            checks: Vec::new(),
            findings,
            files,
        })?;
    }
    Ok(())
}

/// Migration, rollback and log of each part, and HEAD.
pub(super) fn files(
    migrations: &Migrations,
    proven: &Proven,
    weighed: &[Weighed],
    name: Option<&str>,
    notes: &[String],
    server: &Server,
    rules: &Rules,
) -> Result<Vec<NewFile>> {
    let fingerprint = |it| fingerprint::of(it, server, rules);
    let stops: Vec<String> = proven.checks.iter().filter_map(Checked::finding).collect();
    let mut files = Vec::new();
    let mut previous = migrations.list.last().map(|it| format!("{}_{}", it.version, it.slug));
    let mut number = migrations.newest();
    let held = proven.parts.iter().position(|it| it.held).map(|it| number + u32::try_from(it).unwrap_or_default());
    let waits_for = held.map(migrations::version);
    for (position, part) in proven.parts.iter().enumerate() {
        number += 1;
        let waits_for = waits_for.as_deref().filter(|_| part.held);
        let title = match name {
            Some(name) if part.held => format!("{}, contract", migrations::title(name)),
            Some(name) if position == 0 => migrations::title(name),
            Some(name) => format!("{}, part {}", migrations::title(name), position + 1),
            None => match (&proven.about, part.held) {
                (None, _) => render::title(&part.up),
                (Some(it), false) if held.is_none() && position + 1 == proven.parts.len() => format!("Exchange {it}"),
                (Some(_), false) if held.is_none() => render::title(&part.up),
                (Some(it), true) => format!("Contract {it}"),
                (Some(it), false) if position == 0 => format!("Expand {it}"),
                (Some(it), false) => format!("Expand {it}, part {}", position + 1),
            },
        };
        let slug = migrations::slug(&title).unwrap_or_else(|| render::slug(&title));
        let version = migrations::version(number);
        let paths = migrations.paths(&version, &slug);
        let (from, to) = (fingerprint(&part.from), fingerprint(&part.to));
        let purpose = render::purpose(&part.up);
        let values = if proven.parts.len() > 1 { proven.values.of_part(&part.up) } else { proven.values.clone() };
        let header = Header {
            number,
            title: &title,
            purpose: &purpose,
            risks: &weighed[position].risks,
            estimate: &weighed[position].estimate,
            grade: render::grade(&part.up, &part.down, &values),
            from: &from,
            to: &to,
            stops: &stops,
            transactional: part.up.is_transactional(),
            contract_of: waits_for,
        };
        let back = Header { transactional: part.down.is_transactional(), ..header.clone() };
        let proof = proof(part, proven, values, server.major);
        let note = strategy::note(part, waits_for, held.is_some());
        let notes: Vec<String> = notes.iter().cloned().chain(note).collect();
        let rollback_file = paths.rollback.display().to_string();
        let log = render::Log {
            header: &header,
            up: &part.up,
            down: &part.down,
            impacts: &part.impacts,
            proof: &proof,
            date: jiff::Zoned::now().date(),
            rollback_file: &rollback_file,
            depends_on: previous.as_deref(),
            notes: &notes,
        };
        files.push(NewFile::new(paths.migration, render::migration(&header, &part.up)));
        files.push(NewFile::new(paths.rollback, render::rollback(&back, &part.down)));
        files.push(NewFile::new(paths.log, render::log(&log)?));
        if position + 1 == proven.parts.len() {
            files.push(NewFile::replacing(paths.head, format!("{version} {to}\n")));
        }
        previous = Some(format!("{version}_{slug}"));
    }
    Ok(files)
}

/// What the runs on the clone showed; a change that did not pass never gets here.
fn proof(part: &Part, proven: &Proven, values: Values, major: u32) -> Proof {
    let statements = render::statements(&part.up).len() + render::statements(&part.down).len();
    Proof {
        server: format!("PostgreSQL {major}"),
        reaches: true,
        returns: true,
        again: true,
        statements,
        values,
        findings: proven.findings.clone(),
        checks: proven.checks.clone(),
    }
}

/// What live rows say: to know before it is applied.
fn show_checks(settings: &Settings, checked: &[Checked]) {
    let asked = checked.iter().filter(|it| matches!(it.answer, Answer::Rows(_))).count();
    if asked > 0 {
        settings.console.progress(&format!("Checks: {asked} of {} answered by the live database", checked.len()));
    }
    for it in checked {
        if let Some(finding) = it.finding() {
            settings.console.warn(&format!("the migration stops: {finding}"));
        }
        if let Answer::Unknown(why) = &it.answer {
            settings.console.warn(&format!("not known whether rows stand against {}: {why}", it.check.what));
        }
    }
}

/// What became of the seeded rows, where it is more than nothing.
fn show_values(settings: &Settings, values: &Values) {
    let console = settings.console;
    if values.rows > 0 {
        let (rows, tables) = (render::rows(values), values.tables());
        console.progress(&format!("Values: {rows} in {tables}, {} unchanged", counted(values.kept, "column", "columns")));
    }
    for it in &values.sampled {
        console.progress(&format!("Sampled: {it}"));
    }
    for it in &values.seeded_instead {
        console.progress(&format!("Seeded instead: {it}"));
    }
    for it in &values.changes {
        console.progress(&format!("Values: {}: {}; after the rollback: {}", it.of, it.migration, it.rollback));
    }
    for it in &values.stops {
        console.warn(&format!("the migration stops on rows such as {it}"));
    }
    if let Some(it) = &values.rollback_stops {
        console.warn(&format!("the rollback stops on rows that the migration left: {it}"));
    }
    for it in &values.not_compared {
        console.progress(&format!("Not compared: {it}"));
    }
}

/// How much was not looked at.
struct Aside {
    ignored: usize,
    skipped: usize,
}

fn report(
    settings: &Settings,
    options: &cli::Diff,
    proven: &Proven,
    weighed: Vec<Weighed>,
    files: &[NewFile],
    aside: &Aside,
    losses: Vec<String>,
) -> Result<()> {
    let console = settings.console;
    let statements = proven.parts.iter().map(|it| render::statements(&it.up).len()).sum();
    let seconds = proven.seconds;
    proven.findings.iter().for_each(|it| console.warn(it));
    console.progress(&format!(
        "Proved in {seconds:.1} s: the migration gives the desired schema, its rollback the old one, and it runs again"
    ));
    show_values(settings, &proven.values);
    show_checks(settings, &proven.checks);
    if console.format == cli::Format::Json {
        let text = |it: &NewFile| options.dry_run.then(|| it.text.clone());
        let files = files.iter().map(|it| File { path: it.path.display().to_string(), text: text(it) }).collect();
        return console.json(&Report {
            changed: true,
            written: !options.dry_run,
            statements,
            ignored: aside.ignored,
            skipped: aside.skipped,
            losses,
            rollbacks: proven.parts.iter().map(|it| render::grade(&it.up, &it.down, &proven.values)).collect(),
            values: Some(proven.values.clone()),
            parts: weighed,
            checks: proven.checks.clone(),
            findings: proven.findings.clone(),
            files,
        });
    }
    for file in files {
        if options.dry_run {
            console.result(&format!("--- {}\n{}", file.path.display(), file.text));
        } else {
            console.result(&file.path.display().to_string());
        }
    }
    if !options.dry_run {
        console.progress("Next: read them, complete the log, commit; then schemagen apply");
    }
    Ok(())
}
