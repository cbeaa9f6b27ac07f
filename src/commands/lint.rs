//! `schemagen lint`: hazards in the migrations, or in the files that are named.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::cli::{self, FailOn, Form};
use crate::config::Settings;
use crate::connect;
use crate::error::{Error, Result};
use crate::lint::report::{github, sarif};
use crate::lint::{self, File, Options, Report, Role};
use crate::migrations::{Migration, Migrations};

/// Runs it.
pub async fn run(settings: &Settings, options: &cli::Lint) -> Result<()> {
    let files = files(settings, &options.files)?;
    let version = version(settings, options).await?;
    let report = lint::lint(&files, &Options { version, policy: &settings.policy })?;
    print(settings, &report)?;
    let least = options.fail_on.map_or(settings.policy.fail_on, FailOn::level);
    let count = report.count_from(least);
    if count == 0 {
        return Ok(());
    }
    Err(super::found("lint", count, least)
        .help("fix it, or allow it directly above the statement: -- schemagen: allow RULE and why"))
}

fn print(settings: &Settings, report: &Report) -> Result<()> {
    let console = settings.console;
    match console.form {
        Form::Text => {
            console.result(&report.text());
            if settings.annotates && !report.findings.is_empty() {
                console.result(&github::annotations(report));
            }
        }
        Form::Json => console.json(report)?,
        Form::Sarif => console.json(&sarif::log(report))?,
        Form::Github if report.findings.is_empty() => {}
        Form::Github => console.result(&github::annotations(report)),
    }
    Ok(())
}

/// The version of the server: as given, as the database says, or the newest.
async fn version(settings: &Settings, options: &cli::Lint) -> Result<u32> {
    if let Some(version) = options.pg_version {
        return Ok(version);
    }
    let Some(target) = &settings.database else { return Ok(lint::NEWEST) };
    let mut database = connect::open(target).await.map_err(|it| {
        it.note("lint wants the version of the server only").help("name it with --pg-version and no database is needed")
    })?;
    Ok(database.server().await?.major)
}

/// All files in the order in which they run, each with its role. Without a list it is the migrations; what is listed is looked at
/// with the migrations before it known.
fn files(settings: &Settings, listed: &[PathBuf]) -> Result<Vec<File>> {
    let folder = Migrations::read(&settings.migrations);
    if listed.is_empty() {
        return Ok(folder?.list.iter().map(|it| migration(it, Role::Migration)).collect());
    }
    // Files of another tool's may lie where ours would; then nothing is known before them.
    let folder = folder.unwrap_or_default();
    let wanted: BTreeSet<PathBuf> = listed.iter().map(|it| canonical(it)).collect();
    let (mut files, mut found) = (Vec::new(), BTreeSet::new());
    for it in &folder.list {
        let path = canonical(&it.file);
        let role = if wanted.contains(&path) { Role::Migration } else { Role::Earlier };
        files.push(migration(it, role));
        found.insert(path);
        let path = canonical(&it.rollback_file);
        if let Some(text) = it.rollback.as_ref().filter(|_| wanted.contains(&path)) {
            files.push(File { name: it.rollback_file.display().to_string(), text: text.clone(), role: Role::Rollback });
            found.insert(path);
        }
    }
    for path in listed.iter().filter(|it| !found.contains(&canonical(it))) {
        files.push(read(path)?);
    }
    Ok(files)
}

fn migration(migration: &Migration, role: Role) -> File {
    File { name: migration.file.display().to_string(), text: migration.text.clone(), role }
}

/// A file that is no migration of ours.
fn read(path: &Path) -> Result<File> {
    let name = path.display().to_string();
    if name == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(|it| Error::from(it).within("cannot read standard input"))?;
        let text = String::from_utf8(bytes).map_err(|_| Error::new("standard input is not UTF-8 text"))?;
        return Ok(File { name: "<stdin>".to_owned(), text, role: Role::Migration });
    }
    let text = std::fs::read_to_string(path).map_err(|it| Error::from(it).within(format!("cannot read {name}")))?;
    Ok(File { name, text, role: Role::Migration })
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
