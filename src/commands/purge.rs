//! `schemagen purge`: deletes for good what migrations dropped and kept.

use serde::{Deserialize, Serialize};

use super::Session;
use crate::archive::SCHEMA;
use crate::cli::{self, Format};
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::sql;

/// The result for programs.
#[derive(Debug, Serialize)]
struct Report<'a> {
    dry_run: bool,
    tables: &'a [Kept],
    bytes: i64,
}

/// A table of the archive.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    name: String,
    bytes: i64,
    size: String,
    /// When its migration was applied; nothing when the history does not know it.
    applied_at: Option<String>,
}

/// Runs it.
pub async fn run(settings: &Settings, options: &cli::Purge) -> Result<()> {
    let console = settings.console;
    let mut session = Session::whatever_is_wrong(settings).await?;
    if !options.dry_run {
        session.lock(settings).await?; // a rollback that is at work may need what is kept
    }
    let list = kept(settings, &mut session, options.older_than.as_deref()).await?;
    let bytes = list.iter().map(|it| it.bytes).sum();
    if !options.dry_run && !list.is_empty() {
        if !options.yes {
            let question = format!("delete {} of {SCHEMA} for good; no rollback brings back what they hold", tables(list.len()));
            console.confirm(&question, "schemagen purge --yes").await?;
        }
        let names: Vec<String> = list.iter().map(|it| sql::path(&[SCHEMA, &it.name])).collect();
        session.database.run(&format!("DROP TABLE {}", names.join(", "))).await?;
    }
    if console.format == Format::Json {
        return console.json(&Report { dry_run: options.dry_run, tables: &list, bytes });
    }
    for it in &list {
        let when = it.applied_at.as_ref().map_or(String::new(), |it| format!(", dropped {it}"));
        console.result(&format!("{} ({}{when})", it.name, it.size));
    }
    match (list.is_empty(), options.dry_run) {
        (true, _) => console.progress("Nothing to delete: no such table is kept"),
        (_, true) => console.progress(&format!("Would free {bytes} bytes in {}", tables(list.len()))),
        _ => console.progress(&format!("Freed {bytes} bytes in {}", tables(list.len()))),
    }
    Ok(())
}

fn tables(number: usize) -> String {
    if number == 1 { "1 table".to_owned() } else { format!("{number} tables") }
}

/// The tables that are kept, of migrations applied longer ago than `age`, an interval of PostgreSQL's.
async fn kept(settings: &Settings, session: &mut Session, age: Option<&str>) -> Result<Vec<Kept>> {
    let age = age.unwrap_or("0");
    if let Err(error) = session.database.rows("SELECT $1::interval", &[age]).await {
        let error = if error.sqlstate.is_some() { Error::new(format!("{age:?} is no length of time")) } else { error };
        return Err(error.help("write it as PostgreSQL writes an interval: 30d, 12h, '2 weeks'"));
    }
    // What a rollback kept says when; what else the history does not know is as old as it can be: its migration was forgotten.
    let applied = if session.history.exists() {
        format!("(SELECT h.applied_at FROM {} AS h WHERE h.version = split_part(c.relname, '_', 1))", settings.history.path())
    } else {
        "NULL::timestamp".to_owned()
    };
    let kept = "(pg_catalog.to_timestamp(substring(c.relname FROM '@([0-9]{8}T[0-9]{6})$') || '+00', 'YYYYMMDD\"T\"HH24MISSTZH')::timestamp)";
    let applied = format!("coalesce({kept}, {applied})");
    let query = format!(
        "SELECT coalesce(jsonb_agg(to_jsonb(it) ORDER BY it.name), '[]') FROM (SELECT c.relname::text AS name, \
         pg_catalog.pg_total_relation_size(c.oid) AS bytes, pg_catalog.pg_size_pretty(pg_catalog.pg_total_relation_size(c.oid)) AS size, \
         to_char({applied}, 'YYYY-MM-DD HH24:MI') AS applied_at FROM pg_catalog.pg_class c WHERE c.relkind = 'r' \
         AND c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1) \
         AND coalesce({applied} <= localtimestamp - $2::interval, true)) AS it"
    );
    session.database.value(&query, &[SCHEMA, age]).await
}
