//! `schemagen new`: an empty migration with its rollback and log, for what a schema cannot say (moving data, for example).

use serde::Serialize;

use crate::cli::{self, Format};
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::migrations::{self, Head, Migrations};
use crate::output::{self, NewFile};
use crate::script::NO_TRANSACTION;

#[derive(Debug, Serialize)]
struct Report {
    version: String,
    files: Vec<String>,
}

/// Runs it.
pub fn run(settings: &Settings, options: &cli::New) -> Result<()> {
    let name = options.name.join(" ");
    let slug = migrations::slug(&name)
        .ok_or_else(|| Error::new(format!("no file can be named after {name:?}")).help("use letters a to z and digits"))?;
    let list = Migrations::read(&settings.migrations)?;
    let version = list.next();
    let title = title(&name, &slug);
    let paths = list.paths(&version, &slug);
    let migration = migration(&version, &title);
    // The text is all there is to know it by: the state it will lead to is not written yet.
    let fingerprint = migrations::checksum(&migration).chars().take(16).collect();
    let head = Head { version: version.clone(), fingerprint };
    let files = [
        NewFile::new(&paths.migration, migration),
        NewFile::new(&paths.rollback, rollback(&version, &title)),
        NewFile::new(&paths.log, log(&version, &title)),
        NewFile::replacing(&paths.head, head.to_string()),
    ];
    output::write(&files)?;
    let report = Report { version, files: files.iter().map(|it| it.path.display().to_string()).collect() };
    match settings.console.format {
        Format::Json => settings.console.json(&report)?,
        Format::Text => report.files.iter().for_each(|it| settings.console.result(it)),
    }
    settings.console.progress("Next: fill in the migration, its rollback and its log");
    Ok(())
}

/// The words as they were given, unless they were a slug already.
fn title(name: &str, slug: &str) -> String {
    let words: String = name.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    if words.contains(' ') { migrations::title(words.trim()) } else { migrations::title(slug) }
}

fn migration(version: &str, title: &str) -> String {
    format!(
        "-- Migration {version}: {title}\n-- Purpose:\n-- Risk:\n--\n-- This file is one transaction. A statement that cannot run in one \
         (CREATE INDEX CONCURRENTLY)\n-- belongs into a file of its own, with a line \"{NO_TRANSACTION}\" up here. There\n\
         -- \"-- schemagen: backfill by id in batches of 1000\" above an UPDATE has it run in batches.\n\n"
    )
}

/// A rollback that has not been written must not pass for one that does nothing.
fn rollback(version: &str, title: &str) -> String {
    format!(
        "-- Rollback of migration {version}: {title}\n-- Write what undoes it, with IF EXISTS where it can be, and remove this statement.\n\n\
         DO $$ BEGIN RAISE EXCEPTION 'the rollback of migration {version} is not written yet'; END $$;\n"
    )
}

fn log(version: &str, title: &str) -> String {
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d");
    format!(
        "## Migration {version}: {title}\n\n**Date**: {date}\n\n**Estimated Time**: \n\n**Risk Level**: \n\n### Changes\n\n- \n\n### Rollback\n\n- \n\n\
         ### Testing\n\n- [ ] applied and rolled back on a copy\n"
    )
}
