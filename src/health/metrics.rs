//! A report for Prometheus, in the OpenMetrics text format.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::{Level, Report};
use crate::error::{Error, Result};

/// What is sent with it.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Labels = Vec<(&'static str, String)>;

/// The figures of all probes (`schemagen_connections`), how many findings of each level a probe has
/// (`schemagen_findings{probe="locks",level="warning"}`), and what is not known (`schemagen_unknown{probe="replication"}`).
///
/// # Errors
///
/// An internal one, where the text cannot be written.
pub fn metrics(report: &Report) -> Result<String> {
    let mut registry = Registry::with_prefix("schemagen");
    let (findings, unknown) = (Family::<Labels, Gauge>::default(), Family::<Labels, Gauge>::default());
    for outcome in &report.probes {
        let probe = || ("probe", outcome.probe.clone());
        for level in [Level::Info, Level::Warning, Level::Error] {
            let found = outcome.verdict.findings.iter().filter(|it| it.level == level).count();
            let labels = vec![probe(), ("level", level.word().to_owned())];
            findings.get_or_create(&labels).set(i64::try_from(found).unwrap_or(i64::MAX));
        }
        unknown.get_or_create(&vec![probe()]).set(outcome.unknown.is_some().into());
        for (name, value) in &outcome.verdict.figures {
            let gauge = Gauge::<f64, AtomicU64>::default();
            gauge.set(*value);
            registry.register(name, format!("as `schemagen health` tells it under {}", outcome.probe), gauge);
        }
    }
    registry.register("findings", "what deserves a look", findings);
    registry.register("unknown", "whether the role may not see it, or not in time", unknown);
    let mut text = String::new();
    encode(&mut text, &registry).map_err(Error::internal)?;
    Ok(text)
}
