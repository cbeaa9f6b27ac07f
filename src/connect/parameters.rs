//! libpq's connection parameters, from either form of string.

use std::collections::BTreeMap;

use crate::config::{Environment, nearest};
use crate::error::{Error, Result};

/// What to do when a URL falls apart.
const ENCODE: &str =
    "in a URL, write these characters of a user or password percent-encoded: @ %40, / %2F, : %3A, ? %3F, # %23, % %25";

/// The parameters that are honoured, with libpq's environment variables.
const HONOURED: [(&str, &str); 17] = [
    ("application_name", "PGAPPNAME"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("dbname", "PGDATABASE"),
    ("fallback_application_name", ""),
    ("host", "PGHOST"),
    ("hostaddr", "PGHOSTADDR"),
    ("options", "PGOPTIONS"),
    ("passfile", "PGPASSFILE"),
    ("password", "PGPASSWORD"),
    ("port", "PGPORT"),
    ("service", ""),
    ("servicefile", ""),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("user", "PGUSER"),
];

/// Parameters with a value that asks for nothing we lack; any other value is refused.
const HARMLESS: [(&str, &str, &[&str]); 22] = [
    ("channel_binding", "PGCHANNELBINDING", &["disable", "prefer"]),
    ("client_encoding", "PGCLIENTENCODING", &["auto", "utf8", "UTF8", "utf-8", "UTF-8"]),
    ("gssdelegation", "PGGSSDELEGATION", &["0"]),
    ("gssencmode", "PGGSSENCMODE", &["disable", "prefer"]),
    ("gsslib", "PGGSSLIB", &[]),
    ("krbsrvname", "PGKRBSRVNAME", &["postgres"]),
    ("load_balance_hosts", "PGLOADBALANCEHOSTS", &["disable"]),
    ("max_protocol_version", "PGMAXPROTOCOLVERSION", &["3.0", "latest"]),
    ("min_protocol_version", "PGMINPROTOCOLVERSION", &["3.0"]),
    ("replication", "", &["false", "off", "no", "0"]),
    ("require_auth", "PGREQUIREAUTH", &[]),
    ("requirepeer", "PGREQUIREPEER", &[]),
    ("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION", &["TLSv1.3"]),
    ("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION", &["TLSv1", "TLSv1.1", "TLSv1.2"]),
    ("sslcertmode", "PGSSLCERTMODE", &["allow"]),
    ("sslcompression", "PGSSLCOMPRESSION", &["0"]),
    ("sslcrl", "PGSSLCRL", &[]),
    ("sslcrldir", "PGSSLCRLDIR", &[]),
    ("sslnegotiation", "PGSSLNEGOTIATION", &["postgres"]),
    ("sslpassword", "", &[]),
    ("sslsni", "PGSSLSNI", &["1"]),
    ("target_session_attrs", "PGTARGETSESSIONATTRS", &["any"]),
];

/// Parameters of the TCP connection that change neither where we are nor how safe it is.
const TUNING: [&str; 5] = ["keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval", "tcp_user_timeout"];

/// Parameters by name.
#[derive(Default)]
pub(super) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// A value that is not empty: to libpq an empty one is the default.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|it| !it.is_empty())
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name).filter(|it| !it.is_empty())
    }

    /// Takes over what is not set yet.
    pub(super) fn fill(&mut self, others: BTreeMap<String, String>) {
        for (name, value) in others {
            self.0.entry(name).or_insert(value);
        }
    }

    pub(super) fn fill_from_environment(&mut self, environment: &Environment) {
        let variables = HONOURED.iter().copied().chain(HARMLESS.iter().map(|it| (it.0, it.1)));
        for (name, variable) in variables.filter(|it| !it.1.is_empty()) {
            if let Some(value) = environment.value(variable) {
                self.0.entry(name.to_owned()).or_insert_with(|| value.to_owned());
            }
        }
    }

    pub(super) fn refuse_what_we_cannot_honour(&self) -> Result<()> {
        for (name, value) in self.0.iter().filter(|it| !it.1.is_empty()) {
            if HONOURED.iter().any(|it| it.0 == name) || TUNING.contains(&name.as_str()) {
                continue;
            }
            let Some((_, variable, allowed)) = HARMLESS.iter().find(|it| it.0 == name) else { return Err(unknown(name)) };
            if !allowed.contains(&value.as_str()) {
                let variable = if variable.is_empty() { String::new() } else { format!(" (or the variable {variable})") };
                let error = Error::new(format!("the connection parameter {name}{variable} asks for what schemagen cannot do"));
                return Err(match *allowed {
                    [] => error.help(format!("leave {name} out")),
                    [first, ..] => error.help(format!("leave {name} out, or set it to {first}")),
                });
            }
        }
        let several = ["host", "hostaddr", "port"].iter().any(|it| self.value(it).is_some_and(|value| value.contains(',')));
        if several {
            return Err(
                Error::new("several hosts are given").help("give the one that takes writes: migrations must not go to another")
            );
        }
        match self.value("host") {
            Some(host) if host.starts_with('@') => {
                Err(Error::new("abstract sockets cannot be used").help("give the folder of a socket"))
            }
            _ => Ok(()),
        }
    }
}

fn unknown(name: &str) -> Error {
    // What stands here may be a piece of a password that was not encoded: only what looks like a parameter is shown.
    let plain = !name.is_empty() && name.len() <= 40 && name.bytes().all(|it| it.is_ascii_lowercase() || b"_-".contains(&it));
    let known = HONOURED.iter().map(|it| it.0).chain(HARMLESS.iter().map(|it| it.0));
    match (name, nearest(name, known)) {
        ("pgbouncer" | "schema" | "connection_limit" | "pool_timeout" | "sslaccept" | "statement_cache_size", _) => {
            Error::new(format!("{name} is not a parameter of PostgreSQL's but of another program's"))
                .help("give schemagen a URL without it, and a direct connection, not one through a transaction pooler")
        }
        (_, Some(it)) if plain => {
            Error::new(format!("there is no connection parameter {name}")).help(format!("did you mean {it}?"))
        }
        _ if plain => Error::new(format!("there is no connection parameter {name}")).help("leave it out"),
        _ => Error::new("the connection string holds an unknown parameter").help(ENCODE),
    }
}

/// Reads `postgres://...` or `key=value ...`.
pub(super) fn parse(text: &str) -> Result<Parameters> {
    let scheme = ["postgres://", "postgresql://"].iter().find_map(|it| text.strip_prefix(it));
    match scheme {
        Some(rest) => url(rest),
        None if text.contains("://") => Err(Error::new("the URL does not start with postgres:// or postgresql://")),
        None => pairs(text),
    }
}

/// `user:password@host:port/database?name=value&...`, cut where libpq cuts it.
fn url(rest: &str) -> Result<Parameters> {
    let mut found = Parameters::default();
    let mut add = |name: &str, value: &str| -> Result<()> {
        if !value.is_empty() {
            found.0.insert(name.to_owned(), decoded(value)?);
        }
        Ok(())
    };
    let slash = rest.find('/').unwrap_or(rest.len());
    let rest = match rest[..slash].find('@') {
        Some(at) => {
            let (user, password) = rest[..at].split_once(':').unwrap_or((&rest[..at], ""));
            add("user", user)?;
            add("password", password)?;
            &rest[at + 1..]
        }
        None => rest,
    };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (address, database) = place.split_once('/').unwrap_or((place, ""));
    if place.contains('@') {
        return Err(Error::new("the URL cannot be taken apart: there is an @ too many").help(ENCODE));
    }
    let (host, port) = match address.strip_prefix('[') {
        Some(literal) => {
            let (host, after) = literal.split_once(']').ok_or_else(|| Error::new("the URL's host has no closing bracket"))?;
            (host, after.strip_prefix(':').unwrap_or(after))
        }
        None => address.split_once(':').unwrap_or((address, "")),
    };
    if address.contains(',') {
        add("host", address)?;
    } else {
        if !port.bytes().all(|it| it.is_ascii_digit()) {
            return Err(Error::new("the URL cannot be taken apart: after the host there is no number of a port").help(ENCODE));
        }
        add("host", host)?;
        add("port", port)?;
    }
    add("dbname", database)?;
    for pair in query.split('&').filter(|it| !it.is_empty()) {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(Error::new("the URL has a parameter without a value").help(ENCODE));
        };
        match (name, value) {
            ("ssl", "true") => add("sslmode", "require")?,
            _ => add(&decoded(name)?, value)?,
        }
    }
    Ok(found)
}

/// Undoes percent-encoding; `+` is itself, as in libpq.
fn decoded(text: &str) -> Result<String> {
    let broken = || Error::new("the URL holds a % that is not followed by two hexadecimal digits of UTF-8 text").help(ENCODE);
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = after.get(..2).and_then(|it| std::str::from_utf8(it).ok()).filter(|it| !it.starts_with('+'));
        let byte = digits.and_then(|it| u8::from_str_radix(it, 16).ok()).filter(|it| *it != 0).ok_or_else(broken)?;
        bytes.push(byte);
        rest = &after[2..];
    }
    String::from_utf8(bytes).map_err(|_| broken())
}

/// `name = value name='a value'`, with backslashes as libpq has them.
fn pairs(text: &str) -> Result<Parameters> {
    let broken = || {
        let error = Error::new("the connection string cannot be taken apart");
        error.help("write postgres://USER@HOST:PORT/DATABASE or \"host=HOST dbname=DATABASE user=USER\"")
    };
    let mut found = Parameters::default();
    let mut rest = text.chars().peekable();
    loop {
        while rest.next_if(|it| it.is_whitespace()).is_some() {}
        if rest.peek().is_none() {
            return Ok(found);
        }
        let mut name = String::new();
        while let Some(it) = rest.next_if(|it| *it != '=' && !it.is_whitespace()) {
            name.push(it);
        }
        while rest.next_if(|it| it.is_whitespace()).is_some() {}
        if rest.next() != Some('=') || name.is_empty() {
            return Err(broken());
        }
        while rest.next_if(|it| it.is_whitespace()).is_some() {}
        let quoted = rest.next_if_eq(&'\'').is_some();
        let mut value = String::new();
        loop {
            match rest.next() {
                Some('\\') => value.push(rest.next().ok_or_else(broken)?),
                Some('\'') if quoted => break,
                Some(it) if it.is_whitespace() && !quoted => break,
                Some(it) => value.push(it),
                None if quoted => return Err(broken()),
                None => break,
            }
        }
        found.0.insert(name, value);
    }
}

/// The pairs in `-c name=value --name=value`.
pub(super) fn start_up_options(text: &str) -> Result<Vec<(String, String)>> {
    let broken = || Error::new("the start-up options cannot be read").help("write them as \"-c name=value -c name=value\"");
    let mut words: Vec<String> = vec![String::new()];
    let mut rest = text.chars();
    while let Some(it) = rest.next() {
        match (it, words.last_mut()) {
            ('\\', Some(word)) => word.push(rest.next().ok_or_else(broken)?),
            (it, Some(word)) if !it.is_whitespace() => word.push(it),
            _ => words.push(String::new()),
        }
    }
    let mut words = words.into_iter().filter(|it| !it.is_empty());
    let mut pairs = Vec::new();
    while let Some(word) = words.next() {
        let setting = match word.strip_prefix("-c").or_else(|| word.strip_prefix("--")) {
            Some("") => words.next().ok_or_else(broken)?,
            Some(rest) => rest.to_owned(),
            None => return Err(broken()),
        };
        let (name, value) = setting.split_once('=').ok_or_else(broken)?;
        pairs.push((name.replace('-', "_"), value.to_owned()));
    }
    Ok(pairs)
}
