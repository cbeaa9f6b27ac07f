//! How long each stage takes: told with `-v`, the inner stages before the outer ones.

use std::time::Instant;

/// A stage that is running; dropped, it tells how long it took.
#[derive(Debug)]
#[must_use = "it lasts as long as this value"]
pub struct Stage {
    name: &'static str,
    started: Instant,
}

/// Starts a stage.
pub fn stage(name: &'static str) -> Stage {
    Stage { name, started: Instant::now() }
}

impl Drop for Stage {
    fn drop(&mut self) {
        tracing::debug!("{:7.3} s  {}", self.started.elapsed().as_secs_f64(), self.name);
    }
}
