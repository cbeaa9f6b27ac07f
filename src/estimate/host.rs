//! How fast a host is, against the one on which the costs were measured.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::database::Database;
use crate::error::{Error, Result};

/// Seconds a row of the probe's three steps on the reference host.
const SCAN: f64 = 0.09e-6;
const BUILD: f64 = 0.7e-6;
const REWRITE: f64 = 1.3e-6;

/// How many rows the probe has at first, and at most.
const FEW: u32 = 100_000;
const MANY: u32 = 1_000_000;

/// Where the first rows come as fast as this, many are tried.
const FAST: Duration = Duration::from_millis(300);

/// How many times slower than the reference a host is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Reading rows.
    pub scan: f64,
    /// Building an index.
    pub build: f64,
    /// Writing a table anew.
    pub rewrite: f64,
    /// The day it was measured.
    pub measured: String,
    /// On what: the server's version.
    pub server: String,
}

impl Calibration {
    /// Reads the file; there may be none.
    pub fn read(path: &Path) -> Result<Option<Calibration>> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::from(error).within(format!("cannot read {}", path.display()))),
        };
        let calibration: Calibration = serde_json::from_str(&text).map_err(|it| {
            Error::new(format!("{}: {it}", path.display())).help("measure again with schemagen calibrate, or remove the file")
        })?;
        let ratios = [calibration.scan, calibration.build, calibration.rewrite];
        if ratios.iter().any(|it| !it.is_finite() || *it <= 0.0) {
            return Err(
                Error::new(format!("{}: a ratio is not above 0", path.display())).help("measure again with schemagen calibrate")
            );
        }
        Ok(Some(calibration))
    }
}

/// Measures the host of a database in a transaction that is rolled back, on a temporary table. Bounded to seconds.
pub async fn calibrate(live: &mut Database) -> Result<Calibration> {
    let server = format!("PostgreSQL {}", live.value::<String>("SELECT current_setting('server_version')", &[]).await?);
    live.run("BEGIN; SET LOCAL statement_timeout = '5s'; SET LOCAL search_path = pg_temp, pg_catalog; SET LOCAL jit = off")
        .await?;
    let probed = probe(live).await;
    live.run("ROLLBACK").await?;
    let (rows, [scan, build, rewrite]) = probed.map_err(|error| match error.sqlstate.as_deref() {
        Some("42501") => error.help("the probe needs a temporary table: GRANT TEMPORARY ON DATABASE … TO …"),
        Some("25006") => error.help("this server is read-only: calibrate the primary"),
        _ => error,
    })?;
    let ratio =
        |took: Duration, reference: f64| (took.as_secs_f64() / f64::from(rows) / reference * 100.0).round().max(1.0) / 100.0;
    let measured = jiff::Zoned::now().date().to_string();
    Ok(Calibration { scan: ratio(scan, SCAN), build: ratio(build, BUILD), rewrite: ratio(rewrite, REWRITE), measured, server })
}

/// The times of a scan, an index build and a rewrite, and on how many rows.
async fn probe(live: &mut Database) -> Result<(u32, [Duration; 3])> {
    const FILL: &str = "INSERT INTO pg_temp.schemagen_probe SELECT i, hashint4(i), i, repeat('x', 80) FROM generate_series";
    const CREATE: &str = "CREATE TEMPORARY TABLE schemagen_probe (id bigint, n integer, m integer, filler text)";
    live.run(CREATE).await?;
    let mut rows = FEW;
    if timed(live, &format!("{FILL}(1, {FEW}) i")).await? < FAST {
        live.run(&format!("{FILL}({}, {MANY}) i", FEW + 1)).await?;
        rows = MANY;
    }
    // The first read sets hint bits, which is no part of what is measured.
    live.run("SELECT count(m) FROM pg_temp.schemagen_probe").await?;
    let scan = timed(live, "ALTER TABLE pg_temp.schemagen_probe ADD CHECK (m > 0)").await?;
    let build = timed(live, "CREATE INDEX ON pg_temp.schemagen_probe (n)").await?;
    let rewrite = timed(live, "ALTER TABLE pg_temp.schemagen_probe ALTER n TYPE bigint").await?;
    Ok((rows, [scan, build, rewrite]))
}

async fn timed(live: &mut Database, sql: &str) -> Result<Duration> {
    let start = Instant::now();
    live.run(sql).await?;
    Ok(start.elapsed())
}
