//! The command line. The doc comments are the help text.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use global::{Color, Form, Format, Global};

use crate::lint::Level;
use crate::render::Risk;

mod global;

/// PostgreSQL schema as code: proven migrations and rollbacks from a folder of SQL.
#[derive(Debug, Parser)]
#[command(name = "schemagen", version, max_term_width = 110, subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    /// Accepted before and after the command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The verbs.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Start a project here: configuration and folders
    Init(Init),
    /// Write the next migration, its rollback and its log from what changed in the schema folder
    Diff(Diff),
    /// Apply pending migrations
    Apply(Apply),
    /// Undo applied migrations, newest first
    Rollback(Rollback),
    /// Say that the application is deployed which a held-back migration waits for
    Deployed(Deployed),
    /// Show what is applied, what is pending, and whether the database drifted
    Status(Status),
    /// The gate for CI: files, numbers, checksums and logs hold, schema/ equals migrations/, every rollback restores
    Check(Check),
    /// Renumber the migrations that are not merged yet after the newest of the base branch
    Rebase(Rebase),
    /// Show how the live database is: sessions, locks, dead rows, indexes, sequences, replication, and what became worse
    Health(Health),
    /// Show health, migrations, tables and queries on a page: a file, or served as long as it runs
    Dashboard(Dashboard),
    /// Measure how fast the live database's host is, for the estimates of diff
    Calibrate,
    /// Delete for good what applied migrations dropped and kept in the archive
    Purge(Purge),
    /// Start a hand-written migration with its rollback and log
    New(New),
    /// Look for hazards in migrations, or in any SQL files
    Lint(Lint),
    /// Print what a rule of lint is about, with an unsafe and a safe example
    Explain(Explain),
}

impl Command {
    /// Whether it works on files alone.
    pub fn is_local(&self) -> bool {
        matches!(
            self,
            Command::New(_)
                | Command::Init(Init { from_database: false })
                | Command::Lint(Lint { pg_version: Some(_), .. })
                | Command::Explain(_)
        )
    }

    /// Whether its result can be printed in that form.
    pub fn prints(&self, form: Form) -> bool {
        matches!(form, Form::Text | Form::Json) || matches!(self, Command::Lint(_))
    }
}

/// `schemagen init`
#[derive(Debug, Clone, Args)]
pub struct Init {
    /// Export the live database into the schema folder and record it as migration 001
    #[arg(long)]
    pub from_database: bool,
}

/// More real rows of a table than that are not taken: they are compared in memory.
pub const MOST_SAMPLED: u32 = 10_000;

/// `schemagen diff`
#[derive(Debug, Clone, Args)]
pub struct Diff {
    /// The migration's name [default: derived from the changes]
    #[arg(long, value_name = "SLUG")]
    pub name: Option<String>,
    /// Print what would be written and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Exit with 2 when there is a difference
    #[arg(long)]
    pub exit_code: bool,
    /// What becomes of the rows of dropped tables and columns
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub on_drop: OnDrop,
    /// What to do when something may have been renamed
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub renames: Renames,
    /// Declare a rename (repeatable)
    #[arg(long, value_name = "OLD=NEW", value_parser = rename)]
    pub rename: Vec<(String, String)>,
    /// How to change what the running application uses [default: strategy of the configuration, or direct but for what a hint says]
    #[arg(long, value_enum, value_name = "HOW")]
    pub strategy: Option<Strategy>,
    /// Do not ask: what needs an answer is an error
    #[arg(short, long)]
    pub yes: bool,
    /// Refuse with exit 3 what is riskier [default: [policy] max_risk of the configuration]
    #[arg(long, value_enum, value_name = "RISK")]
    pub max_risk: Option<Risk>,
    /// Prove with up to N real rows of each touched table, read from the live database, instead of seeded ones; 0 seeds [default: [proof]
    /// sample of the configuration]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_SAMPLED)))]
    pub sample: Option<u32>,
    /// Prove by value with the rows of every table, not only of those that the change touches
    #[arg(long)]
    pub full: bool,
}

/// What becomes of dropped rows and values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum OnDrop {
    /// They are kept in the schema schemagen_archive; a rollback brings them back.
    #[default]
    Archive,
    /// They are lost.
    Drop,
}

/// How to change what the running application uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// At once; the application must follow.
    Direct,
    /// Old and new stand side by side first; what takes the old away is held back until the application is deployed.
    ExpandContract,
}

/// What to do when something may have been renamed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Renames {
    /// Ask on a terminal, exit with 4 elsewhere.
    #[default]
    Ask,
    /// Take the unambiguous ones.
    Auto,
    /// Drop and add.
    Off,
}

/// `schemagen apply`
#[derive(Debug, Clone, Args)]
pub struct Apply {
    /// The last migration to apply
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub to: Option<u32>,
    /// Print the SQL and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
}

/// `schemagen rollback`
#[derive(Debug, Clone, Args)]
pub struct Rollback {
    /// Undo everything after this migration; 0 undoes all
    #[arg(long, value_name = "VERSION", value_parser = version, conflicts_with = "steps")]
    pub to: Option<u32>,
    /// How many migrations to undo [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub steps: Option<u32>,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    /// Print the SQL and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `schemagen deployed`
#[derive(Debug, Clone, Args)]
pub struct Deployed {
    /// The migration after which the application was deployed
    #[arg(value_name = "VERSION", value_parser = version)]
    pub version: u32,
}

/// `schemagen status`
#[derive(Debug, Clone, Args)]
pub struct Status {
    /// Exit with 2 when a migration is pending, edited or missing, or the database drifted
    #[arg(long)]
    pub exit_code: bool,
}

/// `schemagen check`
#[derive(Debug, Clone, Args)]
pub struct Check {
    /// Run only the migrations that this branch or commit does not have, and hold its own unchanged
    #[arg(long, value_name = "REF")]
    pub base: Option<String>,
}

/// `schemagen rebase`
#[derive(Debug, Clone, Args)]
pub struct Rebase {
    /// The branch whose numbers stand [default: origin/HEAD, origin/main, origin/master, main or master]
    #[arg(long, value_name = "REF")]
    pub base: Option<String>,
}

/// `schemagen purge`
#[derive(Debug, Clone, Args)]
pub struct Purge {
    /// Only what was dropped longer ago: 30d, 12h, '2 weeks'
    #[arg(long, value_name = "AGE")]
    pub older_than: Option<String>,
    /// Show what would be deleted
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
}

/// `schemagen new`
#[derive(Debug, Clone, Args)]
pub struct New {
    /// What the migration does, in a few words
    #[arg(required = true, value_name = "NAME")]
    pub name: Vec<String>,
}

/// `schemagen lint`
#[derive(Debug, Clone, Args)]
pub struct Lint {
    /// The files to look at, - for standard input [default: all migrations]
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The least level that makes the run fail, with exit status 1 [default: error, or fail_on in schemagen.toml]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub fail_on: Option<FailOn>,
    /// The major version the files are for [default: the database's, or the newest]
    #[arg(long, value_name = "MAJOR", value_parser = clap::value_parser!(u32).range(14..=18))]
    pub pg_version: Option<u32>,
}

/// `schemagen health`
#[derive(Debug, Clone, Args)]
pub struct Health {
    /// The least level that makes the run fail, with exit status 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "error")]
    pub fail_on: FailOn,
    /// Keep the report in a file, to be compared later
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Compare with a report that was kept
    #[arg(long, value_name = "FILE")]
    pub since: Option<PathBuf>,
    /// Look again and again, with so many seconds in between
    #[arg(long, value_name = "SECONDS", conflicts_with = "save", value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub watch: Option<u64>,
}

/// `schemagen dashboard`
#[derive(Debug, Clone, Args)]
pub struct Dashboard {
    /// The file to write; one that is there is replaced
    #[arg(short, long, value_name = "FILE", default_value = "dashboard.html")]
    pub output: PathBuf,
    /// Serve it instead, measured anew whenever somebody looks; /health.json and /metrics for programs [default when given: 127.0.0.1:7432]
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "127.0.0.1:7432", conflicts_with = "output")]
    pub serve: Option<SocketAddr>,
}

/// The least level of a finding that makes a run fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors.
    Error,
    /// Warnings and errors.
    Warning,
    /// Anything.
    Info,
    /// Nothing.
    Never,
}

impl FailOn {
    /// That level; [`Level::Off`] for none.
    pub fn level(self) -> Level {
        match self {
            FailOn::Error => Level::Error,
            FailOn::Warning => Level::Warning,
            FailOn::Info => Level::Info,
            FailOn::Never => Level::Off,
        }
    }
}

/// `schemagen explain`
#[derive(Debug, Clone, Args)]
pub struct Explain {
    /// The rule [default: a list of all]
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,
}

/// `007` and `7` are the same version.
fn version(text: &str) -> Result<u32, String> {
    let digits = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| "a version is the number of a migration, such as 007".to_owned())
}

/// `old_name=new_name`
fn rename(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((old, new)) if !old.is_empty() && !new.is_empty() => Ok((old.to_owned(), new.to_owned())),
        _ => Err("a rename is written OLD=NEW, such as public.users.name=full_name".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn global_flags_stand_on_both_sides_of_the_command() {
        let before = Cli::try_parse_from(["schemagen", "--schema", "a", "-C", "x", "status"]).unwrap();
        let after = Cli::try_parse_from(["schemagen", "status", "--schema", "a", "-C", "x"]).unwrap();
        assert_eq!(before.global.schema, after.global.schema);
        assert_eq!(before.global.directory, after.global.directory);
    }

    #[test]
    fn versions_are_digits() {
        assert_eq!(version("007"), Ok(7));
        assert!(version("+7").is_err());
        assert!(version("").is_err());
    }
}
