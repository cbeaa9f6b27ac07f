//! The one error type: what failed, on which object or file:line, and what to do next.

use std::fmt;

use serde::Serialize;

/// What every fallible function of this crate returns.
pub type Result<T> = std::result::Result<T, Error>;

/// How the process ends; the numbers are part of the contract with scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "u8")]
pub enum Exit {
    /// 1: something failed.
    Failed,
    /// 2: a difference exists.
    Difference,
    /// 3: refused by policy or risk.
    Refused,
    /// 4: an answer is needed and there is no terminal.
    AnswerNeeded,
    /// 64: the command line is wrong.
    Usage,
    /// 130: interrupted.
    Interrupted,
}

impl Exit {
    /// The number the process exits with.
    pub fn code(self) -> u8 {
        match self {
            Exit::Failed => 1,
            Exit::Difference => 2,
            Exit::Refused => 3,
            Exit::AnswerNeeded => 4,
            Exit::Usage => 64,
            Exit::Interrupted => 130,
        }
    }
}

impl From<Exit> for u8 {
    fn from(exit: Exit) -> u8 {
        exit.code()
    }
}

/// A place in a file of the user's, with the line itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Path as the user would write it.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// The text of that line.
    pub text: String,
}

/// What failed, where, and what to do next. Texts are lower case and have no full stop.
#[derive(Debug, Clone, Serialize)]
pub struct Error {
    /// What failed, in the user's nouns.
    pub message: String,
    /// How the process ends when this reaches `main`.
    pub exit: Exit,
    /// PostgreSQL's SQLSTATE where a server reported this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sqlstate: Option<String>,
    /// Where in the user's files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Further facts, one per line: PostgreSQL's detail, a difference, a state.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The character of what was sent that the server points at, counted from 1.
    #[serde(skip)]
    pub position: Option<usize>,
}

impl Error {
    /// Something failed: exit 1.
    pub fn new(message: impl Into<String>) -> Error {
        let message = message.into();
        Error { exit: Exit::Failed, message, place: None, notes: Vec::new(), help: None, sqlstate: None, position: None }
    }

    /// A fault of this program, not of the user: says so.
    pub fn internal(message: impl fmt::Display) -> Error {
        Error::new(format!("internal error: {message}"))
            .help("this is a bug in schemagen: please report it with the SQL that led here")
    }

    /// The same error that ends the process another way.
    #[must_use]
    pub fn exit(mut self, exit: Exit) -> Error {
        self.exit = exit;
        self
    }

    /// The same error with what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Error {
        self.help = Some(help.into());
        self
    }

    /// The same error with what to do next where the server reported that SQLSTATE.
    #[must_use]
    pub fn help_where(self, (sqlstate, help): (&str, &str)) -> Error {
        if self.sqlstate.as_deref() == Some(sqlstate) { self.help(help) } else { self }
    }

    /// The same error with one more fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Error {
        self.notes.push(note.into());
        self
    }

    /// The same error at a place in a file.
    #[must_use]
    pub fn at(mut self, place: Place) -> Error {
        self.place = Some(place);
        self
    }

    /// The same error, its message led by what was being done: `context: message`.
    #[must_use]
    pub fn within(mut self, context: impl fmt::Display) -> Error {
        self.message = format!("{context}: {}", self.message);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "error: {}", self.message)?;
        if let Some(code) = &self.sqlstate {
            write!(out, " [{code}]")?;
        }
        if let Some(place) = &self.place {
            let number = place.line.to_string();
            let margin = " ".repeat(number.len());
            let caret = " ".repeat(place.column.saturating_sub(1));
            write!(out, "\n{margin}--> {}:{}:{}", place.file, place.line, place.column)?;
            write!(out, "\n{margin} |\n{number} | {}\n{margin} | {caret}^", place.text.replace('\t', " "))?;
        }
        for note in &self.notes {
            write!(out, "\n  = {}", note.replace('\n', "\n    "))?;
        }
        if let Some(help) = &self.help {
            write!(out, "\n  = help: {}", help.replace('\n', "\n    "))?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        let text = error.to_string();
        let mut letters = text.split(" (os error").next().unwrap_or_default().chars();
        Error::new(letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect()))
    }
}

/// Format errors from the server's fields: sqlx's own text ends with a line number of PostgreSQL's C source.
impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        let error = match error {
            sqlx::Error::Database(error) => error,
            sqlx::Error::Io(error) => return Error::from(error).within("the connection to the server was lost"),
            error => return Error::new(error.to_string()),
        };
        let Some(server) = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() else {
            return Error::new(error.message().to_owned());
        };
        let mut result = Error::new(server.message());
        result.sqlstate = Some(server.code().to_owned());
        if let Some(sqlx::postgres::PgErrorPosition::Original(it)) = server.position() {
            result.position = Some(it);
        }
        result.notes.extend(server.detail().map(|it| format!("detail: {it}")));
        result.notes.extend(server.hint().map(|it| format!("hint: {it}")));
        result.notes.extend(server.r#where().map(|it| format!("where: {it}")));
        result
    }
}
