//! `schemagen init`: the files a project starts with. What exists is kept.

use std::path::Path;

use serde::Serialize;

use crate::cli::{self, Format};
use crate::config::{self, Settings};
use crate::error::{Error, Result};
use crate::output::{self, NewFile};

const CONFIGURATION: &str = r#"# Configuration of schemagen. Every key may be left out; a flag or an environment variable wins over it.

schema = "{schema}"
migrations = "{migrations}"
# database_url = "${DATABASE_URL}"   # a variable: this file is shared, a password in it is refused

# [shadow]                           # the throw-away server; by default one is found on this machine or downloaded
# url = "${SHADOW_URL}"
# bin_dir = "/usr/lib/postgresql/17/bin"
# cache = "/var/cache/schemagen"
# mirror = "https://maven.example.org/maven2"

# [history]
# table = "public.schema_migrations"

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

/// Exports the live database.
#[allow(clippy::unused_async)]
async fn from_database(settings: &Settings) -> Result<()> {
    settings.live()?;
    Err(Error::new("init --from-database is not built yet")
        .help("start with schemagen init, and put your CREATE statements into the schema folder"))
}
