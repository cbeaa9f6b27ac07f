//! The terminal: results go to standard output, all else to standard error. For programs there is always a result: where there is none
//! because of an error, it is the error.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use crate::cli::{Color, Form, Format, Global};
use crate::error::{Error, Exit, Result};

/// Whether a result for programs was printed.
static ANSWERED: AtomicBool = AtomicBool::new(false);

/// The result of a run that has no other.
#[derive(Debug, Serialize)]
struct Failed<'a> {
    error: &'a Error,
}

/// How to speak to whoever started us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Console {
    /// The form of results.
    pub format: Format,
    /// The form of findings.
    pub form: Form,
    /// Results and errors only.
    pub quiet: bool,
    /// How often `-v` was given.
    pub verbose: u8,
    /// Whether standard error is coloured.
    pub color: bool,
    /// Whether a person can be asked: stdin is a terminal and this is not CI.
    pub interactive: bool,
}

impl Console {
    /// From the flags and the terminal; `ci` and `no_color` are the environment variables of that name.
    pub fn new(global: &Global, ci: bool, no_color: bool) -> Console {
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !no_color && std::io::stderr().is_terminal(),
        };
        let interactive = !ci && std::io::stdin().is_terminal();
        let format = if global.format == Form::Json { Format::Json } else { Format::Text };
        Console { format, form: global.format, quiet: global.quiet, verbose: global.verbose, color, interactive }
    }

    /// A line of the result.
    pub fn result(&self, line: &str) {
        // A reader that has gone (`| head`) is no reason to stop half way through a migration.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }

    /// A whole result for programs.
    pub fn json(&self, result: &impl Serialize) -> Result<()> {
        let text = serde_json::to_string_pretty(result).map_err(Error::internal)?;
        self.result(&text);
        ANSWERED.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// What is going on.
    pub fn progress(&self, line: &str) {
        if !self.quiet {
            let _ = writeln!(std::io::stderr().lock(), "{line}");
        }
    }

    /// What deserves a look, with `--quiet` too.
    pub fn warn(&self, line: &str) {
        let word = if self.color { "\x1b[33mwarning:\x1b[0m" } else { "warning:" };
        let _ = writeln!(std::io::stderr().lock(), "{word} {line}");
    }

    /// The one error a run ends with. A difference is an answer, not an error.
    pub fn error(&self, error: &Error) {
        if self.form == Form::Json && !ANSWERED.load(Ordering::Relaxed) {
            self.failed(error);
        }
        let text = error.to_string();
        let text = match text.strip_prefix("error:") {
            Some(rest) if error.exit == Exit::Difference => rest.trim_start().to_owned(),
            Some(rest) if self.color => format!("\x1b[1;31merror:\x1b[0m{rest}"),
            _ => text,
        };
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// An error as the result for programs.
    pub fn failed(&self, error: &Error) {
        // What cannot be printed for programs is printed for people all the same.
        let _ = self.json(&Failed { error });
    }

    /// Asks a yes-or-no question. With nobody to ask it is an error that names the flag which answers it.
    pub async fn confirm(&self, question: &str, flag: &str) -> Result<()> {
        if !self.interactive {
            let error = Error::new(format!("{question}: an answer is needed, and there is no terminal to ask on"));
            return Err(error.exit(Exit::AnswerNeeded).help(format!("to go ahead: {flag}")));
        }
        let line = self.ask(&format!("{question}? [y/N] ")).await?.unwrap_or_default();
        if matches!(line.to_lowercase().as_str(), "y" | "yes") {
            return Ok(());
        }
        Err(Error::new("stopped at your answer: nothing was changed").exit(Exit::Refused))
    }

    /// Asks on the terminal; nothing when it was closed.
    pub async fn ask(&self, question: &str) -> Result<Option<String>> {
        {
            let mut out = std::io::stderr().lock();
            let _ = write!(out, "{question}");
            let _ = out.flush();
        }
        let read = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            std::io::stdin().read_line(&mut line).map(|read| (read > 0).then(|| line.trim().to_owned()))
        });
        Ok(read.await.map_err(Error::internal)??)
    }
}
