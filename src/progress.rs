//! How far a backfill is, for who watches: a bar on a terminal, else a line now and then.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::console::Console;
use crate::script::Walked;

/// How often a line is printed where there is no terminal.
const INTERVAL: Duration = Duration::from_secs(10);

/// Shows the backfills of one run.
pub struct Bar {
    console: Console,
    shown: Mutex<Option<Shown>>,
}

/// The backfill that is under way.
struct Shown {
    bar: ProgressBar,
    start: Instant,
    printed: Instant,
}

impl Bar {
    /// Nothing is under way.
    pub fn new(console: Console) -> Bar {
        Bar { console, shown: Mutex::new(None) }
    }

    /// A line beside the bar.
    pub fn say(&self, line: &str) {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        match &*shown {
            Some(it) => it.bar.suspend(|| self.console.progress(line)),
            None => self.console.progress(line),
        }
    }

    /// Shows how far a backfill is.
    pub fn walked(&self, walked: &Walked) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let it = shown.get_or_insert_with(|| self.begun(walked));
        it.bar.set_position(walked.looked_at);
        if walked.ended {
            it.bar.finish_and_clear();
            self.console.progress(&format!("  {}", told(walked, it.start.elapsed())));
            *shown = None;
        } else if it.bar.is_hidden() && it.printed.elapsed() >= INTERVAL {
            it.printed = Instant::now();
            self.console.progress(&format!("  {}", told(walked, it.start.elapsed())));
        }
    }

    fn begun(&self, walked: &Walked) -> Shown {
        let bar = walked.of.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        if self.console.quiet {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let rest = if walked.of.is_some() {
            " {bar:30} {human_pos} of about {human_len} rows, {per_sec}, {eta} left"
        } else {
            " {human_pos} rows, {per_sec}"
        };
        if let Ok(style) = ProgressStyle::with_template(&format!("  Filling {{msg}}{rest}")) {
            bar.set_style(style);
        }
        bar.set_message(walked.table.clone());
        Shown { bar, start: Instant::now(), printed: Instant::now() }
    }
}

/// `public.t: 4000 of about 10000 rows, 2000 a second, 3 s left; 3990 changed`
fn told(walked: &Walked, took: Duration) -> String {
    let Walked { table, looked_at, changed, of, ended } = walked;
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = *looked_at as f64 / took.as_secs_f64().max(0.001);
    let left = |of: u64| {
        #[expect(clippy::cast_precision_loss, reason = "a time for people")]
        let left = of.saturating_sub(*looked_at) as f64 / rate.max(1.0);
        format!(" of about {of} rows, {rate:.0} a second, {left:.0} s left")
    };
    match of {
        Some(of) if !ended => format!("{table}: {looked_at}{}; {changed} changed", left(*of)),
        _ => format!("{table}: {looked_at} rows, {rate:.0} a second; {changed} changed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_fast_it_is_and_how_long_it_takes() {
        let walked = Walked { table: "t".to_owned(), looked_at: 4000, changed: 3990, of: Some(10_000), ended: false };
        let line = told(&walked, Duration::from_secs(2));
        assert_eq!(line, "t: 4000 of about 10000 rows, 2000 a second, 3 s left; 3990 changed");
        let ended = Walked { ended: true, ..walked };
        assert_eq!(told(&ended, Duration::from_secs(2)), "t: 4000 rows, 2000 a second; 3990 changed");
    }
}
