//! A report as a page: one HTML file that needs nothing else.

use std::sync::LazyLock;

use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use serde::{Deserialize, Serialize};

use super::queries::Query;
use super::{Outcome, Report, rows, whole};
use crate::amount;
use crate::database::Database;
use crate::error::{Error, Result};

const TEMPLATE: &str = include_str!("page.html.j2");

/// How many queries are shown.
const QUERIES: usize = 15;

/// What is shown besides the report.
#[derive(Debug, Clone, Serialize)]
pub struct Details {
    relations: Vec<Relation>,
    builds: Vec<Build>,
}

/// A table or materialized view.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Relation {
    name: String,
    rows: f64,
    bytes: f64,
    /// Bytes of its indexes.
    indexes: f64,
    dead: f64,
    vacuumed: Option<String>,
    analyzed: Option<String>,
}

/// An index that is being built.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Build {
    pid: i32,
    table: String,
    index: String,
    phase: String,
    percent: f64,
}

impl Details {
    /// Reads them.
    pub async fn read(database: &mut Database) -> Result<Details> {
        let relations = rows(database, include_str!("relations.sql")).await?;
        let builds = rows(database, include_str!("builds.sql")).await?;
        Ok(Details {
            relations: serde_json::from_value(relations).map_err(Error::internal)?,
            builds: serde_json::from_value(builds).map_err(Error::internal)?,
        })
    }
}

/// The page. A browser loads it again after `refresh` seconds, if any. `migrations` are shown as `status` tells them, newest first.
pub fn page(report: &Report, details: &Details, migrations: &[impl Serialize], refresh: Option<u64>) -> Result<String> {
    // What the template escapes depends on its name.
    static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
        let mut environment = Environment::new();
        environment.add_filter("bytes", |it: f64| amount::bytes(whole(it)));
        environment.add_filter("count", |it: f64| amount::count(whole(it)));
        environment.add_filter("milliseconds", |it: f64| format!("{it:.2}"));
        environment
    });
    let queries: Vec<&Query> = report.queries.iter().flatten().take(QUERIES).collect();
    let values = context! {
        report => Value::from(Serde(report)),
        details => Value::from(Serde(details)),
        queries => Value::from(Serde(&queries)),
        means => queries.iter().map(|it| it.mean()).collect::<Vec<_>>(),
        migrations => Value::from(Serde(migrations.iter().rev().collect::<Vec<_>>())),
        levels => report.probes.iter().map(Outcome::word).collect::<Vec<_>>(),
        worst => report.word(),
        version => env!("CARGO_PKG_VERSION"),
        refresh,
    };
    ENVIRONMENT
        .render_named_str("page.html", TEMPLATE, values)
        .map_err(|it| Error::internal(format!("the page's template: {it:#}")))
}
