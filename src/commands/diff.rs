//! `schemagen diff`: the next migration, its rollback and its log.

use crate::cli;
use crate::config::Settings;
use crate::error::{Error, Result};

/// Runs it.
#[allow(clippy::unused_async)]
pub async fn run(_: &Settings, _: &cli::Diff) -> Result<()> {
    Err(Error::internal("diff is not wired up"))
}
