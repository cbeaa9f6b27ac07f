//! `schemagen init`: the files a project starts with. What exists is kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::catalog::Catalog;
use crate::cli::{self, Format};
use crate::config::{self, Settings};
use crate::connect;
use crate::database::Database;
use crate::diff::diff;
use crate::engine::{self, Base};
use crate::error::{Error, Result};
use crate::export;
use crate::history::{History, Progress};
use crate::kinds::Server;
use crate::migrations::Migrations;
use crate::output::{self, NewFile};
use crate::prove;
use crate::rules::Rules;
use crate::shadow::Shadow;
use crate::source::{self, Source};

const CONFIGURATION: &str = r#"# Configuration of schemagen. Every key may be left out; a flag or an environment variable wins over it.

schema = "{schema}"
migrations = "{migrations}"
# schemas = ["public", "app_*"]      # the only schemas that are managed; all when left out
# database_url = "${DATABASE_URL}"   # a variable: this file is shared, a password in it is refused

# [shadow]                           # the throw-away server; by default one is found on this machine or downloaded
# url = "${SHADOW_URL}"
# bin_dir = "/usr/lib/postgresql/17/bin"
# cache = "/var/cache/schemagen"
# mirror = "https://maven.example.org/maven2"

# [history]
# table = "public.schema_migrations"

# [online]                           # tables that are this large, or whose size is unknown, are changed while others go on
# large_rows = 100000
# large_bytes = 10000000
# enabled = true

# [proof]                            # real rows of each touched table in the proof, instead of seeded ones
# sample = 500

# [policy]                           # diff refuses what is riskier: "safe", "risky", "complex"
# max_risk = "risky"

# [ignore]                           # what schemagen leaves alone
# objects = ["publication:cdc", "public.tmp_*"]
# schemas = ["cron"]
# owners = true
# grants = true
# comments = true
"#;

const README: &str = "# Schema

The `.sql` files in this folder declare the database as it is meant to be: CREATE statements, in any order and any number of
files. Edit them, then run `schemagen diff`: it writes the migration that leads there, and the rollback that leads back.
";

const ATTRIBUTES: &str = "*.sql text eol=lf\n";

#[derive(Debug, Serialize)]
struct Report {
    written: Vec<String>,
    kept: Vec<String>,
}

/// Runs it.
pub async fn run(settings: &Settings, options: &cli::Init) -> Result<()> {
    if options.from_database {
        return from_database(settings).await;
    }
    from_nothing(settings)
}

/// Writes what a project starts with.
fn from_nothing(settings: &Settings) -> Result<()> {
    let (kept, written): (Vec<NewFile>, Vec<NewFile>) = files(settings).into_iter().partition(|it| stands(settings, &it.path));
    output::write(&written)?;
    let names = |files: &[NewFile]| files.iter().map(|it| it.path.display().to_string()).collect::<Vec<_>>();
    let report = Report { written: names(&written), kept: names(&kept) };
    for it in &report.kept {
        settings.console.progress(&format!("Kept {it}"));
    }
    let attributes = std::fs::read_to_string(".gitattributes").unwrap_or_default();
    if !attributes.contains(ATTRIBUTES.trim_end()) {
        settings.console.warn(&format!(".gitattributes lacks the line: {}", ATTRIBUTES.trim_end()));
    }
    match settings.console.format {
        Format::Json => settings.console.json(&report)?,
        Format::Text => report.written.iter().for_each(|it| settings.console.result(it)),
    }
    settings.console.progress(&format!("Next: declare your tables in {}, then run schemagen diff", settings.schema.display()));
    Ok(())
}

fn files(settings: &Settings) -> Vec<NewFile> {
    let quoted = |path: &Path| toml::Value::String(path.display().to_string()).to_string();
    let configuration = CONFIGURATION
        .replace("\"{schema}\"", &quoted(&settings.schema))
        .replace("\"{migrations}\"", &quoted(&settings.migrations));
    vec![
        NewFile::new(config::FILE, configuration),
        NewFile::new(settings.schema.join("README.md"), README),
        NewFile::new(settings.migrations.join(".gitkeep"), ""),
        NewFile::new(".gitattributes", ATTRIBUTES),
    ]
}

/// Whether a file is there already; a folder that holds anything needs no file to keep it in git.
fn stands(settings: &Settings, path: &Path) -> bool {
    let is_filled = |folder: &Path| std::fs::read_dir(folder).is_ok_and(|mut it| it.next().is_some());
    let folder = path.parent().filter(|it| *it == settings.schema || *it == settings.migrations);
    path.symlink_metadata().is_ok()
        || settings.schema.is_file() && folder == Some(&settings.schema)
        || folder.is_some_and(is_filled)
}

/// Exports the live database into the schema folder, proves that the folder is that database, and records migration 001 as applied.
async fn from_database(settings: &Settings) -> Result<()> {
    let target = settings.live()?;
    refuse_existing(settings)?;
    let mut live = connect::open(target).await?;
    let server = live.server().await?;
    let mut shadow = Shadow::start(&settings.shadow_settings(), server.major).await?;
    let rules = settings.rules(&Source::default());
    let (mut base, catalog) = engine::empty_base(&mut shadow, &mut live, &rules).await?;
    let exported = exported(&mut shadow, &base, &catalog, &rules).await?;
    let exported: Vec<NewFile> =
        exported.into_iter().map(|(path, text)| NewFile::new(settings.schema.join(path), text)).collect();
    if exported.is_empty() {
        settings.console.progress("The database holds no schema: there is nothing to export");
        shadow.stop().await?;
        return from_nothing(settings);
    }
    let proven = prove::prove(&mut shadow, &mut base, &catalog, &rules, &prove::Asked::default()).await?;
    let server = Server { major: shadow.major(), ..base.server.clone() };
    shadow.stop().await?;
    let list = Migrations::read(&settings.migrations)?;
    let weighed = super::weigh::weigh(settings, &proven, &base.sizes)?;
    let mut written: Vec<NewFile> = files(settings).into_iter().filter(|it| !stands(settings, &it.path)).collect();
    written.retain(|it| it.path.file_name().is_some_and(|it| it != ".gitkeep"));
    written.extend(exported);
    written.extend(super::diff::files(&list, &proven, &weighed, Some("initial_schema"), &[], &server, &rules)?);
    output::write(&written)?;
    record(settings, &mut live).await?;
    for file in &written {
        settings.console.result(&file.path.display().to_string());
    }
    settings.console.progress(&format!(
        "Proved: the folder is {}, object by object; migration 001 is recorded there as applied",
        target.shown
    ));
    Ok(())
}

/// The files that declare the live schema, proven: loaded, they give exactly that.
async fn exported(shadow: &mut Shadow, base: &Base, catalog: &Catalog, rules: &Rules) -> Result<BTreeMap<PathBuf, String>> {
    let mut exported = export::export(catalog, &base.catalog, &base.server)?;
    if exported.is_empty() {
        return Ok(exported);
    }
    let mut declared = declared(shadow, base, &exported, rules).await?;
    // Default privileges act on all that is loaded after them, and on the live database on what was made after them.
    if !diff(&declared, catalog).is_empty() {
        for (path, more) in export::export(catalog, &declared, &base.server)? {
            let text = exported.entry(path).or_default();
            text.push_str(&format!("\n{more}"));
        }
        declared = self::declared(shadow, base, &exported, rules).await?;
    }
    let proven = engine::compare(&declared, catalog, "the exported folder is not the live schema");
    proven.map(|()| exported).map_err(|it| it.help("nothing was written"))
}

/// What files declare.
async fn declared(shadow: &mut Shadow, base: &Base, files: &BTreeMap<PathBuf, String>, rules: &Rules) -> Result<Catalog> {
    let folder = tempfile::tempdir()?;
    for (path, text) in files {
        let copy = folder.path().join(path);
        copy.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(&copy, text)?;
    }
    let source = source::read(folder.path())?;
    Ok(engine::desired(shadow, &source, base, rules).await?.0)
}

/// An export never mixes with files that are there.
fn refuse_existing(settings: &Settings) -> Result<()> {
    let sql = |folder: &Path| {
        ignore::Walk::new(folder)
            .filter_map(std::result::Result::ok)
            .find(|it| it.path().extension().is_some_and(|it| it == "sql"))
    };
    match [&settings.schema, &settings.migrations].into_iter().find_map(|it| sql(it)) {
        Some(found) => Err(Error::new(format!("{} is there already: --from-database starts a project", found.path().display()))
            .help("use an empty folder, or move the files away")),
        None => Ok(()),
    }
}

/// Marks the new migrations as applied: the database is in their state.
async fn record(settings: &Settings, live: &mut Database) -> Result<()> {
    let list = Migrations::read(&settings.migrations)?;
    for migration in &list.list {
        let history = History::read(live, &settings.history).await?;
        let fingerprint = migration.states.as_ref().map(|it| it.1.as_str());
        // It was never run: its rollback would take away what was there before.
        live.run(&history.record(&settings.history, migration, Progress::Done(None, fingerprint))).await?;
    }
    Ok(())
}
