//! The flags that every command has.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Flags of every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Work as if started in this folder
    #[arg(short = 'C', global = true, value_name = "DIR")]
    pub directory: Option<PathBuf>,
    /// The configuration file [default: schemagen.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The live database: a postgres:// URL or "host=... dbname=..." [env: DATABASE_URL, PGHOST, PGDATABASE, ...; "" for none]
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// The folder (or file) that declares the schema [default: schema]
    #[arg(long, global = true, value_name = "PATH")]
    pub schema: Option<PathBuf>,
    /// The folder of numbered migrations [default: migrations]
    #[arg(long, global = true, value_name = "DIR")]
    pub migrations: Option<PathBuf>,
    /// A scratch database server to use instead of an embedded one
    #[arg(long, global = true, value_name = "URL")]
    pub shadow_url: Option<String>,
    /// The form of the result on standard output
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORM")]
    pub format: Form,
    /// Print results and errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print more; twice: every statement sent
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// When to colour [NO_COLOR is honoured]
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
}

/// The form of a result, as it is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// Annotations of a pull request; for lint.
    Github,
    /// SARIF 2.1.0 for code scanning; for lint.
    Sarif,
}

/// The form of a result that every command has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// When to colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
