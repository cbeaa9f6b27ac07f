//! Where a database is and how to get in: what libpq's users write (URLs, `key=value`, `PG*`, service files, `.pgpass`) becomes
//! [`PgConnectOptions`], and what cannot be honoured is refused. sqlx would leave out `service`, `channel_binding`,
//! `target_session_attrs` and `connect_timeout` without a word and take several hosts for one.
//!
//! No password is ever printed, nor a piece of one: texts that hold a URL pass through [`mask`], and parse errors quote nothing.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use regex::Regex;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::config::Environment;
use crate::error::{Error, Result};

pub use open::open;
use parameters::Parameters;

mod open;
mod parameters;
mod passfile;
mod service;

/// How long to wait for a server when nobody says.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A database that a connection can be opened to.
#[derive(Clone)]
pub struct Target {
    /// For sqlx.
    pub options: PgConnectOptions,
    /// For people: `postgres://user:***@host:port/database`.
    pub shown: String,
    /// Who named it: `--database-url`, `DATABASE_URL in .env`.
    pub origin: String,
    /// The database's name.
    pub database: String,
    /// How long to wait for the server.
    pub timeout: Duration,
    password: Password,
    attempts: Vec<PgSslMode>,
}

/// Where the password is from; what to say when it is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Password {
    Given,
    Environment,
    File(PathBuf),
    /// None, and perhaps why.
    Absent(Option<String>),
}

/// The options hold the password.
impl std::fmt::Debug for Target {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Target").field("shown", &self.shown).field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl Target {
    /// Reads a URL or a `key=value` string; gaps are filled from the environment as libpq does. Nothing when it is empty.
    pub fn parse(text: &str, origin: &str, environment: &Environment) -> Result<Option<Target>> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let target = parameters::parse(text.trim()).and_then(|it| Target::resolve(it, origin, environment));
        target.map(Some).map_err(|it| it.within(origin))
    }

    /// The database that `PG*` variables name; none when they name no place (`PGUSER` alone does not).
    pub fn from_environment(environment: &Environment) -> Result<Option<Target>> {
        const PLACES: [&str; 5] = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGSERVICE"];
        match PLACES.iter().find(|it| environment.value(it).is_some()) {
            Some(origin) => Target::resolve(Parameters::default(), origin, environment).map(Some),
            None => Ok(None),
        }
    }

    fn resolve(mut given: Parameters, origin: &str, environment: &Environment) -> Result<Target> {
        let written = given.contains("password");
        if let Some(service) = given.take("service").or_else(|| environment.value("PGSERVICE").map(str::to_owned)) {
            let file = given.take("servicefile");
            given.fill(service::read(&service, file, environment)?);
        }
        let password_given = written || given.contains("password");
        given.fill_from_environment(environment);
        given.refuse_what_we_cannot_honour()?;
        let port: u16 = match given.value("port") {
            Some(it) => {
                it.parse().ok().filter(|it| *it > 0).ok_or_else(|| Error::new("the port is not a number from 1 to 65535"))?
            }
            None => 5432,
        };
        let host = given.value("host").map_or_else(|| default_host(port), str::to_owned);
        let user = given.value("user").map(str::to_owned).or_else(operating_system_user);
        let user =
            user.ok_or_else(|| Error::new("no user is given").help("write postgres://USER@HOST/DATABASE or set PGUSER"))?;
        let database = given.value("dbname").unwrap_or(&user).to_owned();
        let (password, from) = match given.value("password") {
            Some(it) if password_given => (Some(it.to_owned()), Password::Given),
            Some(it) => (Some(it.to_owned()), Password::Environment),
            None => passfile::find(given.value("passfile"), environment, [&host, &port.to_string(), &database, &user]),
        };
        let mut options = base(&given, environment)?.port(port).username(&user).database(&database);
        let socket = host.starts_with('/');
        options = if socket { options.socket(&host) } else { options.host(given.value("hostaddr").unwrap_or(&host)) };
        if let Some(it) = &password {
            options = options.password(it);
        }
        let hidden = if password.is_some() { ":***" } else { "" };
        let shown_host = if socket {
            encoded(&host)
        } else if host.contains(':') {
            format!("[{host}]")
        } else {
            encoded(&host)
        };
        let shown = format!("postgres://{}{hidden}@{shown_host}:{port}/{}", encoded(&user), encoded(&database));
        let (mut options, attempts) = encryption(options, &given, environment, socket)?;
        if let Some(first) = attempts.first() {
            options = options.ssl_mode(*first); // for who opens a connection without us
        }
        let timeout = timeout(&given)?;
        Ok(Target { options, shown, origin: origin.to_owned(), database, timeout, password: from, attempts })
    }
}

/// Application name and start-up options.
fn base(given: &Parameters, environment: &Environment) -> Result<PgConnectOptions> {
    let name = given.value("application_name").or_else(|| given.value("fallback_application_name")).unwrap_or("schemagen");
    let options = PgConnectOptions::new_without_pgpass().application_name(name);
    let Some(text) = given.value("options") else { return Ok(options) };
    if environment.is_inherited("PGOPTIONS") && environment.value("PGOPTIONS") == Some(text) {
        return Ok(options); // sqlx has read it already
    }
    Ok(options.options(parameters::start_up_options(text)?))
}

/// The modes of encryption to try, in order, and the certificates.
fn encryption(
    mut options: PgConnectOptions,
    given: &Parameters,
    environment: &Environment,
    socket: bool,
) -> Result<(PgConnectOptions, Vec<PgSslMode>)> {
    if socket {
        return Ok((options, vec![PgSslMode::Disable])); // libpq never encrypts a unix socket
    }
    let home = environment.value("HOME").map(|it| Path::new(it).join(".postgresql"));
    let usual = |name: &str| home.as_ref().map(|it| it.join(name)).filter(|it| it.is_file());
    let root = match given.value("sslrootcert") {
        Some("system") if environment.is_inherited("PGSSLROOTCERT") => {
            let error = Error::new("sslrootcert=system cannot be combined with the variable PGSSLROOTCERT");
            return Err(
                error.help("unset PGSSLROOTCERT: with sslmode=verify-full the system's certificates are used by themselves")
            );
        }
        Some("system") => None,
        Some(path) => Some(PathBuf::from(path)),
        None => usual("root.crt"),
    };
    let attempts = match given.value("sslmode").unwrap_or("prefer") {
        "disable" => vec![PgSslMode::Disable],
        "allow" => vec![PgSslMode::Disable, PgSslMode::Require],
        "prefer" => vec![PgSslMode::Prefer],
        _ if given.value("sslrootcert") == Some("system") => vec![PgSslMode::VerifyFull],
        // As in libpq: with a root certificate at hand it is checked.
        "require" if root.is_some() => vec![PgSslMode::VerifyCa],
        "require" => vec![PgSslMode::Require],
        "verify-ca" => vec![PgSslMode::VerifyCa],
        "verify-full" => vec![PgSslMode::VerifyFull],
        _ => return Err(Error::new("sslmode is none of disable, allow, prefer, require, verify-ca and verify-full")),
    };
    if given.value("hostaddr").is_some()
        && given.value("host").is_some()
        && matches!(attempts.as_slice(), [PgSslMode::VerifyFull])
    {
        return Err(Error::new("hostaddr cannot be combined with sslmode=verify-full").help("give the host alone"));
    }
    if let Some(root) = root {
        options = options.ssl_root_cert(root);
    }
    let certificate = given.value("sslcert").map(PathBuf::from).or_else(|| usual("postgresql.crt"));
    let key = given.value("sslkey").map(PathBuf::from).or_else(|| usual("postgresql.key"));
    if let (Some(certificate), Some(key)) = (certificate, key) {
        options = options.ssl_client_cert(certificate).ssl_client_key(key);
    }
    Ok((options, attempts))
}

/// libpq's rules: 0 and less is for ever, 1 is 2.
fn timeout(given: &Parameters) -> Result<Duration> {
    match given.value("connect_timeout").map(str::parse::<i64>) {
        None => Ok(TIMEOUT),
        Some(Ok(seconds @ 1..)) => Ok(Duration::from_secs(seconds.unsigned_abs().max(2))),
        Some(Ok(_)) => Ok(Duration::from_secs(u64::from(u32::MAX))),
        Some(Err(_)) => Err(Error::new("connect_timeout is not a number of seconds")),
    }
}

/// The folder where a local server listens, else the loopback.
fn default_host(port: u16) -> String {
    let folders = ["/run/postgresql", "/var/run/postgresql", "/private/tmp", "/tmp"];
    let local = folders.iter().find(|it| Path::new(it).join(format!(".s.PGSQL.{port}")).exists());
    local.map_or("localhost", |it| it).to_owned()
}

fn operating_system_user() -> Option<String> {
    nix::unistd::User::from_uid(nix::unistd::geteuid()).ok().flatten().map(|it| it.name)
}

/// Percent-encodes all that has a meaning in a URL.
fn encoded(text: &str) -> String {
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"-._~".contains(&it);
    text.bytes().map(|it| if plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") }).collect()
}

/// A text with every password of a URL or of a `key=value` string in it replaced by `***`.
pub fn mask(text: &str) -> String {
    static IN_URL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(://[^:@/\s]*):\S+@").ok());
    static KEY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)(password\s*=\s*)('(?:[^'\\]|\\.)*'?|[^\s&'][^\s&]*)").ok());
    match (&*IN_URL, &*KEY) {
        (Some(in_url), Some(key)) => key.replace_all(&in_url.replace_all(text, "$1:***@"), "$1***").into_owned(),
        _ => "***".to_owned(),
    }
}

/// Whether a connection string, well-formed or not, holds a password.
pub fn holds_password(text: &str) -> bool {
    mask(text) != text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str, variables: &[(&str, &str)]) -> Result<Target> {
        Ok(Target::parse(text, "--database-url", &Environment::of(variables))?.expect("the text is not empty"))
    }

    #[test]
    fn urls_are_read_as_libpq_reads_them() {
        let it = target("postgres://us%40er:p%2Fw%23@host.example:6000/my%20db?application_name=x", &[]).unwrap();
        assert_eq!(it.shown, "postgres://us%40er:***@host.example:6000/my%20db");
        assert_eq!((it.options.get_username(), it.options.get_database(), it.options.get_port()), ("us@er", Some("my db"), 6000));
        assert_eq!(it.options.get_application_name(), Some("x"));
        let it = target("postgresql://u@[::1]/d", &[]).unwrap();
        assert_eq!((it.options.get_host(), it.shown.as_str()), ("::1", "postgres://u@[::1]:5432/d"));
        let it = target("postgres:///d?host=/run/x&port=1234&user=u", &[]).unwrap();
        assert_eq!(
            (it.options.get_socket(), it.shown.as_str()),
            (Some(&PathBuf::from("/run/x")), "postgres://u@%2Frun%2Fx:1234/d")
        );
        let it = target("postgres://u@%2Frun%2Fx/d", &[]).unwrap();
        assert_eq!(it.options.get_socket(), Some(&PathBuf::from("/run/x")));
    }

    #[test]
    fn key_value_strings_are_read_as_libpq_reads_them() {
        let it = target(r"host=h  port = 6000 user='a b' dbname='it\'s' password=x connect_timeout=3", &[]).unwrap();
        assert_eq!((it.options.get_username(), it.options.get_database(), it.options.get_port()), ("a b", Some("it's"), 6000));
        assert_eq!(it.timeout, Duration::from_secs(3));
    }

    #[test]
    fn the_environment_fills_gaps_only() {
        let variables =
            [("PGHOST", "environment"), ("PGUSER", "me"), ("PGPORT", "6000"), ("PGDATABASE", "d"), ("PGPASSWORD", "secret")];
        let it = target("postgres://h", &variables).unwrap();
        assert_eq!(it.shown, "postgres://me:***@h:6000/d");
        assert_eq!(it.password, Password::Environment);
        let it = Target::from_environment(&Environment::of(&variables)).unwrap().unwrap();
        assert_eq!(it.shown, "postgres://me:***@environment:6000/d");
        assert!(Target::from_environment(&Environment::of(&[("PGUSER", "me")])).unwrap().is_none());
    }

    #[test]
    fn what_cannot_be_honoured_is_refused() {
        for parameter in
            ["channel_binding=require", "target_session_attrs=read-write", "gssencmode=require", "sslcrl=x", "replication=on"]
        {
            let name = parameter.split('=').next().unwrap();
            let error = target(&format!("postgres://u@h/d?{parameter}"), &[]).unwrap_err();
            assert!(error.message.contains(name), "{error}");
        }
        assert!(target("postgres://u@h/d", &[("PGCHANNELBINDING", "require")]).is_err());
        assert!(target("postgres://u@a,b/d", &[]).unwrap_err().message.contains("several hosts"));
        assert!(target("host=a,b", &[]).unwrap_err().message.contains("several hosts"));
        assert!(target("postgres://u@h/d?sslmodus=require", &[]).unwrap_err().to_string().contains("did you mean sslmode?"));
        assert!(target("postgres://u@h/d?channel_binding=prefer&target_session_attrs=any", &[]).is_ok());
    }

    #[test]
    fn no_piece_of_a_password_is_printed() {
        for text in [
            "postgres://u:se@cret@h/d",
            "postgres://u:se/cret@h/d",
            "postgres://u:5/cret@h/d",
            "postgres://u:se%zzcret@h/d",
            "postgres://u:se?cret@h:x/d",
            "postgres://u:secret@h/d?nonsense=1",
            "host=h password='secret",
            "host=h password=se\\",
            "postgres://h/d?password=secret&x",
            "mysql://u:secret@h/d",
            "secret",
            "postgres://u:secret@a,b/d",
            "postgres://u:secret@[::1/d",
        ] {
            let error = target(text, &[]).unwrap_err().to_string();
            assert!(!error.contains("cret") && !error.contains("se@"), "{text}: {error}");
        }
        assert_eq!(mask("x postgres://u:a@b/c@h/d y"), "x postgres://u:***@h/d y");
        assert_eq!(mask("host=h password='a b' user=x"), "host=h password=*** user=x");
        assert_eq!(mask("postgres://u@h:1/d"), "postgres://u@h:1/d");
        assert!(!format!("{:?}", target("postgres://u:secret@h/d", &[]).unwrap()).contains("secret"));
    }

    #[test]
    fn a_root_certificate_is_checked() {
        let modes =
            |text: &str| target(text, &[]).unwrap().attempts.iter().map(|it| format!("{it:?}")).collect::<Vec<_>>().join(" ");
        assert_eq!(modes("postgres://u@h/d?sslmode=require"), "Require");
        assert_eq!(modes("postgres://u@h/d?sslmode=require&sslrootcert=/ca"), "VerifyCa");
        assert_eq!(modes("postgres://u@h/d?sslmode=allow"), "Disable Require");
        assert_eq!(modes("postgres://u@%2Ftmp/d?sslmode=require"), "Disable");
        assert!(target("postgres://u@h/d?sslmode=on", &[]).is_err());
    }
}
