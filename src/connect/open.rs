//! Opening a connection, and saying what is wrong when it does not open.

use std::time::Duration;

use sqlx::postgres::PgSslMode;

use super::{Password, Target};
use crate::database::Database;
use crate::error::{Error, Result};

/// The versions whose catalogs we know.
const MAJORS: std::ops::RangeInclusive<u32> = 14..=18;

/// Opens a connection to a server of a version that we know.
pub async fn open(target: &Target) -> Result<Database> {
    let mut first: Option<Error> = None;
    for mode in &target.attempts {
        match attempt(target, *mode).await {
            Ok(mut database) => {
                check_version(&mut database).await?;
                return Ok(database);
            }
            Err(error) => first = first.or(Some(error)),
        }
    }
    Err(first.unwrap_or_else(|| Error::internal("no way to connect")))
}

async fn attempt(target: &Target, mode: PgSslMode) -> Result<Database> {
    let options = target.options.clone().ssl_mode(mode);
    let connecting = Database::try_connect(&options);
    let error = match tokio::time::timeout(target.timeout, connecting).await {
        Ok(Ok(database)) => return Ok(database),
        Ok(Err(error)) => error,
        Err(_) => return Err(no_answer(target, target.timeout)),
    };
    let error = match error {
        sqlx::Error::Io(error) => unreachable(target, &error),
        sqlx::Error::Tls(error) => Error::new(format!("no encrypted connection to {}: {error}", target.shown))
            .help("check sslmode and sslrootcert; sslmode=disable is for local servers only"),
        sqlx::Error::Configuration(error) => Error::new(format!("{}: {error}", target.origin)),
        error @ sqlx::Error::Database(_) => refused(target, error.into()),
        sqlx::Error::Protocol(_) => {
            Error::new(format!("what answers at {} does not speak as a PostgreSQL server does", target.shown))
                .help("check host and port")
        }
        error => Error::from(error).within(format!("cannot connect to {}", target.shown)),
    };
    Err(error.note(format!("the database is named by {}", target.origin)))
}

fn no_answer(target: &Target, timeout: Duration) -> Error {
    let error = Error::new(format!("no answer from {} within {} s", target.shown, timeout.as_secs()));
    error
        .note(format!("the database is named by {}", target.origin))
        .help("check host, port and firewall, or add connect_timeout=SECONDS to the URL")
}

fn unreachable(target: &Target, error: &std::io::Error) -> Error {
    use std::io::ErrorKind;
    let system = error.to_string();
    let reason = system.split(" (os error").next().unwrap_or_default().to_lowercase();
    let result = Error::new(format!("cannot reach {}: {reason}", target.shown));
    match error.kind() {
        ErrorKind::ConnectionRefused => result.help("nothing listens there: start the server, or check host and port"),
        ErrorKind::NotFound => {
            result.help("there is no server's socket in that folder: start the server, or give its folder as host")
        }
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset => result.help("what listens there hung up: is it PostgreSQL?"),
        _ if reason.contains("lookup") || reason.contains("name") => result.help("check the spelling of the host"),
        _ => result.help("check host and port"),
    }
}

/// The server answered and said no.
fn refused(target: &Target, error: Error) -> Error {
    let help = match error.sqlstate.as_deref() {
        Some("28P01") => match &target.password {
            Password::Given => format!("the password in {} is wrong", target.origin),
            Password::Environment => "the password in PGPASSWORD is wrong".to_owned(),
            Password::File(path) => format!("the password in {} is wrong", path.display()),
            Password::Absent(why) => {
                let ways = "no password was given: put it in PGPASSWORD, in ~/.pgpass or in the URL";
                why.as_ref().map_or(ways.to_owned(), |it| format!("{ways}; {it}"))
            }
        },
        Some("28000") => {
            "the server does not let this user in from here: check user, sslmode and the server's pg_hba.conf".to_owned()
        }
        Some("3D000") => {
            format!("create it (CREATE DATABASE {}), or check the name in {}", crate::sql::name(&target.database), target.origin)
        }
        Some("53300") => "the server has no free connection: try again later".to_owned(),
        Some("57P03") => "the server is starting or stopping: try again in a moment".to_owned(),
        _ => String::new(),
    };
    let error = error.within(format!("{} refuses", target.shown));
    if help.is_empty() { error } else { error.help(help) }
}

async fn check_version(database: &mut Database) -> Result<()> {
    let number: u32 = database.value("SELECT current_setting('server_version_num')::int", &[]).await?;
    version(number)
}

fn version(number: u32) -> Result<()> {
    let major = number / 10_000;
    if MAJORS.contains(&major) {
        return Ok(());
    }
    let (oldest, newest) = (MAJORS.start(), MAJORS.end());
    let error = Error::new(format!("the server is PostgreSQL {major}; schemagen knows {oldest} to {newest}"));
    Err(error.help(if major < *oldest {
        "upgrade the server: its catalogs lack what schemagen reads"
    } else {
        "look for a newer schemagen: reading catalogs it does not know could miss a difference"
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_versions_are_refused() {
        assert!(version(140_000).is_ok() && version(180_006).is_ok());
        assert!(version(130_022).unwrap_err().message.contains("PostgreSQL 13"));
        assert!(version(190_000).unwrap_err().help.unwrap().contains("newer schemagen"));
    }
}
