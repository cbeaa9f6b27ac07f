//! `schemagen diff`: the next migration, its rollback and its log, proven before they are written.

use serde::Serialize;

use crate::cli::{self, OnDrop, Renames};
use crate::config::Settings;
use crate::connect;
use crate::engine::{self, Base};
use crate::error::{Error, Exit, Result};
use crate::fingerprint;
use crate::history::History;
use crate::kinds::Server;
use crate::migrations::{self, Migrations};
use crate::output::{self, NewFile};
use crate::prove::{self, Part, Proven};
use crate::render::{self, Header, Proof};
use crate::rules::{self, LeftAlone, Rules};
use crate::script::Script;
use crate::shadow::Shadow;
use crate::source::{self, Source};

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
    no_renames_yet(options)?;
    let migrations = Migrations::read(&settings.migrations)?;
    let source = source::read(&settings.schema)?;
    let (mut shadow, mut base) = base(settings, &migrations, &source).await?;
    let rules = settings.rules(&source);
    let (desired, left_alone) = engine::desired(&mut shadow, &source, &base, &rules).await?;
    let nothing = crate::diff::diff(&base.catalog, &desired).is_empty();
    let proven = if nothing { None } else { Some(prove::prove(&mut shadow, &mut base, &desired, &rules).await?) };
    let major = shadow.major();
    shadow.stop().await?;
    let notes = notes(&source, &left_alone, &rules);
    let Some(proven) = proven else { return unchanged(settings, &source, &base, left_alone.len(), &notes) };
    let losses: Vec<String> = prove::losses(&proven).into_iter().collect();
    if !losses.is_empty() && options.on_drop == OnDrop::Archive {
        return Err(refused(&losses));
    }
    let server = Server { major, ..base.server.clone() };
    let files = files(&migrations, &proven, options.name.as_deref(), &notes, &server, &rules)?;
    if !options.dry_run {
        output::write(&files)?;
    }
    report(settings, options, &proven, &files, &source, left_alone.len(), losses)?;
    for note in &notes {
        settings.console.progress(&format!("Note: {note}"));
    }
    if options.exit_code { Err(Error::new("the schema folder and the database differ").exit(Exit::Difference)) } else { Ok(()) }
}

/// The state now, cloned into a fresh shadow: the live database with what is pending, or the migrations folder replayed.
pub(super) async fn base(settings: &Settings, migrations: &Migrations, source: &Source) -> Result<(Shadow, Base)> {
    let rules = settings.rules(source);
    let scripts = |wanted: &dyn Fn(&migrations::Migration) -> bool| -> Result<Vec<Script>> {
        migrations.list.iter().filter(|it| wanted(it)).map(migrations::Migration::script).collect()
    };
    let Some(target) = &settings.database else {
        let mut shadow = Shadow::start(&settings.shadow_settings(), NEWEST).await?;
        shadow.stub_roles(&source.roles).await?;
        let base = engine::replayed_base(&mut shadow, scripts(&|_| true)?, &rules).await?;
        return Ok((shadow, base));
    };
    let mut live = connect::open(target).await?;
    let server = live.server().await?;
    let history = History::read(&mut live, &settings.history).await?;
    let pending = scripts(&|it| !history.is_applied(it))?;
    let mut shadow = Shadow::start(&settings.shadow_settings(), server.major).await?;
    shadow.stub_roles(&source.roles).await?;
    let base = engine::live_base(&mut shadow, &mut live, pending, &rules).await?;
    live.close().await?;
    Ok((shadow, base))
}

fn no_renames_yet(options: &cli::Diff) -> Result<()> {
    if let Some((old, new)) = options.rename.first() {
        return Err(Error::new(format!("--rename {old}={new}: renames are not built yet"))
            .help("write the rename by hand with `schemagen new`, or leave the flag out to drop and add"));
    }
    let _: Renames = options.renames; // accepted; until renames are built, all of them mean `off`
    Ok(())
}

/// Rows would go and nothing keeps them: that is for the user to say.
fn refused(losses: &[String]) -> Error {
    let mut error = Error::new("this migration destroys what is stored, and nothing was written").exit(Exit::Refused);
    for loss in losses {
        error = error.note(format!("lost: {loss}"));
    }
    error.help("say that this is meant with --on-drop drop; keeping the values in an archive is not built yet")
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
    if settings.console.format == cli::Format::Json {
        let skipped = source.skipped.iter().map(|it| it.count).sum();
        let (files, losses, findings) = (Vec::new(), Vec::new(), Vec::new());
        settings.console.json(&Report {
            changed: false,
            written: false,
            statements: 0,
            ignored,
            skipped,
            losses,
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
    name: Option<&str>,
    notes: &[String],
    server: &Server,
    rules: &Rules,
) -> Result<Vec<NewFile>> {
    let fingerprint = |it| fingerprint::of(it, server, rules);
    let mut files = Vec::new();
    let mut previous = migrations.list.last().map(|it| format!("{}_{}", it.version, it.slug));
    let mut number = migrations.newest();
    for (position, part) in proven.parts.iter().enumerate() {
        number += 1;
        let title = match name {
            Some(name) if position == 0 => migrations::title(name),
            Some(name) => format!("{}, part {}", migrations::title(name), position + 1),
            None => render::title(&part.up),
        };
        let slug = migrations::slug(&title).unwrap_or_else(|| render::slug(&title));
        let version = migrations::version(number);
        let paths = migrations.paths(&version, &slug);
        let (from, to) = (fingerprint(&part.from), fingerprint(&part.to));
        let purpose = render::purpose(&part.up);
        let header = Header {
            number,
            title: &title,
            purpose: &purpose,
            risk: render::risk(&part.up, &part.down),
            estimate: render::estimate(&part.up),
            from: &from,
            to: &to,
            transactional: true,
        };
        let proof = proof(part, proven, server.major);
        let rollback_file = paths.rollback.display().to_string();
        let log = render::Log {
            header: &header,
            up: &part.up,
            down: &part.down,
            proof: &proof,
            date: jiff::Zoned::now().date(),
            rollback_file: &rollback_file,
            depends_on: previous.as_deref(),
            notes,
        };
        files.push(NewFile::new(paths.migration, render::migration(&header, &part.up)));
        files.push(NewFile::new(paths.rollback, render::rollback(&header, &part.down)));
        files.push(NewFile::new(paths.log, render::log(&log)?));
        if position + 1 == proven.parts.len() {
            files.push(NewFile::replacing(paths.head, format!("{version} {to}\n")));
        }
        previous = Some(format!("{version}_{slug}"));
    }
    Ok(files)
}

/// What the runs on the clone showed; a change that did not pass never gets here.
fn proof(part: &Part, proven: &Proven, major: u32) -> Proof {
    let statements = render::statements(&part.up).len() + render::statements(&part.down).len();
    Proof {
        server: format!("PostgreSQL {major}"),
        reaches: true,
        returns: true,
        again: true,
        statements,
        findings: proven.findings.clone(),
    }
}

fn report(
    settings: &Settings,
    options: &cli::Diff,
    proven: &Proven,
    files: &[NewFile],
    source: &Source,
    ignored: usize,
    losses: Vec<String>,
) -> Result<()> {
    let console = settings.console;
    let statements = proven.parts.iter().map(|it| render::statements(&it.up).len()).sum();
    let seconds = proven.seconds;
    proven.findings.iter().for_each(|it| console.warn(it));
    console.progress(&format!(
        "Proved in {seconds:.1} s: the migration gives the desired schema, its rollback the old one, and it runs again"
    ));
    if console.format == cli::Format::Json {
        let text = |it: &NewFile| options.dry_run.then(|| it.text.clone());
        let files = files.iter().map(|it| File { path: it.path.display().to_string(), text: text(it) }).collect();
        let skipped = source.skipped.iter().map(|it| it.count).sum();
        return console.json(&Report {
            changed: true,
            written: !options.dry_run,
            statements,
            ignored,
            skipped,
            losses,
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
