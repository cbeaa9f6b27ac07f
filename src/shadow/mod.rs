//! A throw-away PostgreSQL of the live server's major version, to hold the desired state and to try migrations on.
//!
//! In order of choice: a server the user names, binaries the user names, binaries of the same major on this machine,
//! binaries downloaded once. Of the last three we start our own server, which nobody else can reach and which ends with
//! us: see [`server`].

mod binaries;
mod cache;
mod cluster;
mod download;
mod given;
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;

use crate::database::Database;
use crate::error::{Error, Result};
use crate::sql;
use given::Given;
use server::Server;

/// The role our own servers belong to: what it owns in the desired state has no stated owner.
pub const SUPERUSER: &str = "schemagen_shadow";

/// The comment on every role that is only there because something names it.
pub const STUB: &str = "stub made by schemagen";

/// What the user says about the shadow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// A server where scratch databases may be created, by a superuser.
    pub url: Option<String>,
    /// The folder of `postgres` and `initdb`; the environment variable `SCHEMAGEN_PG_BIN_DIR` comes first.
    pub bin_dir: Option<PathBuf>,
    /// Where binaries and prepared clusters are kept.
    pub cache: Option<PathBuf>,
    /// What stands in for Maven Central.
    pub mirror: Option<String>,
}

/// A running shadow. When it is dropped, its server stops and every trace of it goes.
#[derive(Debug)]
pub struct Shadow {
    admin: Database,
    major: u32,
    home: Home,
    /// Tablespaces have folders of these numbers.
    tablespaces: usize,
}

/// Where the shadow lives.
#[derive(Debug)]
enum Home {
    /// Our own server.
    Own(Server),
    /// A server of the user's, on which we clean up.
    Given(Given),
}

impl Shadow {
    /// Starts a shadow of that major version.
    pub async fn start(settings: &Settings, major: u32) -> Result<Shadow> {
        let shadow = match &settings.url {
            Some(url) => {
                let (given, admin) = Given::open(url).await?;
                Shadow { admin, major: 0, home: Home::Given(given), tablespaces: 0 }
            }
            None => {
                let settings = settings.clone();
                let server = cancellable(move |stop| Server::start(&settings, major, stop)).await?;
                let options = pinned(server.options());
                let admin = server.wait(&options).await?;
                Shadow { admin, major: 0, home: Home::Own(server), tablespaces: 0 }
            }
        };
        shadow.checked(major).await
    }

    /// The same, with its major version known; another than the wanted one is used with a warning.
    async fn checked(mut self, wanted: u32) -> Result<Shadow> {
        let version: u32 = self.admin.value("SELECT current_setting('server_version_num')::int", &[]).await?;
        self.major = version / 10_000;
        if self.major != wanted {
            tracing::warn!(
                "the shadow is PostgreSQL {}, the database is {wanted}: what only one of them knows fails to load or is not seen, and \
                 the texts of views, defaults and constraints may differ without a change",
                self.major
            );
        }
        Ok(self)
    }

    /// The major version of its server.
    pub fn major(&self) -> u32 {
        self.major
    }

    /// Makes a database, as a copy of another of this shadow or else empty, and connects to it as the superuser. A
    /// template must have no open connections.
    pub async fn create(&mut self, name: &str, template: Option<&str>) -> Result<Database> {
        let real = self.real(name);
        let from = template.map_or_else(|| "template0".to_owned(), |it| self.real(it));
        // 15 and later: copying files is the faster way for all but tiny templates
        let strategy = if self.major >= 15 { " STRATEGY file_copy" } else { "" };
        let locale = if template.is_none() { " ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" } else { "" };
        let create = format!("CREATE DATABASE {} TEMPLATE {}{strategy}{locale}", sql::name(&real), sql::name(&from));
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            match self.admin.run(&create).await {
                // a connection that was just closed may still be leaving
                Err(error) if error.sqlstate.as_deref() == Some("55006") && Instant::now() < deadline => {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                result => break result.map_err(|it| it.within("cannot create a database in the shadow"))?,
            }
        }
        if let Home::Given(given) = &mut self.home {
            given.made(&real, &mut self.admin).await?;
        }
        Database::connect(&self.admin.options().clone().database(&real)).await
    }

    /// Drops a database, whoever is connected to it.
    pub async fn drop(&mut self, name: &str) -> Result<()> {
        let real = self.real(name);
        self.admin.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", sql::name(&real))).await?;
        if let Home::Given(given) = &mut self.home {
            given.databases.remove(&real);
        }
        Ok(())
    }

    /// On a server of the user's, names are our own of this run.
    fn real(&self, name: &str) -> String {
        match &self.home {
            Home::Own(_) => name.to_owned(),
            Home::Given(given) => given.name(name),
        }
    }

    /// Makes the roles that do not exist, without any right. Statements name them; they never log in.
    pub async fn stub_roles(&mut self, roles: &BTreeSet<String>) -> Result<()> {
        let known = self.names("SELECT rolname FROM pg_catalog.pg_roles").await?;
        for role in roles.iter().filter(|it| !known.contains(*it) && !is_reserved(it)) {
            self.stub(role, "").await?;
        }
        Ok(())
    }

    /// Makes the role that stands for the one of the live connection, as a superuser.
    pub async fn stub_superuser(&mut self, role: &str) -> Result<()> {
        let known: BTreeMap<String, bool> =
            self.admin.value("SELECT jsonb_object_agg(rolname, rolsuper) FROM pg_catalog.pg_roles", &[]).await?;
        match known.get(role) {
            Some(true) => Ok(()),
            Some(false) if matches!(self.home, Home::Own(_)) => {
                self.admin.run(&format!("ALTER ROLE {} SUPERUSER", sql::name(role))).await
            }
            Some(false) => Ok(()),
            None => self.stub(role, " SUPERUSER").await,
        }
    }

    async fn stub(&mut self, role: &str, rights: &str) -> Result<()> {
        let role = sql::name(role);
        let statements = format!("CREATE ROLE {role} NOLOGIN{rights}; COMMENT ON ROLE {role} IS {}", sql::literal(STUB));
        self.admin.run(&statements).await.map_err(|it| it.within(format!("cannot make a stub of the role {role}")))?;
        if let Home::Given(given) = &mut self.home {
            given.roles.insert(role);
        }
        Ok(())
    }

    /// Makes the tablespaces that do not exist.
    pub async fn stub_tablespaces(&mut self, names: &BTreeSet<String>) -> Result<()> {
        let known = self.names("SELECT spcname FROM pg_catalog.pg_tablespace").await?;
        for name in names.iter().filter(|it| !known.contains(*it) && !it.starts_with("pg_")) {
            self.tablespaces += 1;
            let location = match &mut self.home {
                Home::Own(server) => server.folder(&format!("tablespace{}", self.tablespaces))?,
                Home::Given(given) => {
                    given.tablespaces.insert(sql::name(name));
                    self.admin.set("allow_in_place_tablespaces", "on").await?;
                    String::new()
                }
            };
            let create = format!("CREATE TABLESPACE {} LOCATION {}", sql::name(name), sql::literal(&location));
            self.admin.run(&create).await.map_err(|it| it.within("cannot make a stub of a tablespace"))?;
        }
        Ok(())
    }

    async fn names(&mut self, query: &str) -> Result<BTreeSet<String>> {
        self.admin.value(&format!("SELECT jsonb_agg(name) FROM ({query}) AS query(name)"), &[]).await
    }

    /// Stops the server and removes every trace of it. Dropping the shadow does the same; this reports what fails.
    pub async fn stop(self) -> Result<()> {
        match self.home {
            Home::Own(server) => {
                drop(self.admin);
                let stopped = tokio::task::spawn_blocking(move || server.stop()).await;
                stopped.map_err(Error::internal)?
            }
            Home::Given(given) => given.clean(self.admin).await,
        }
    }
}

/// Names no role can have.
fn is_reserved(role: &str) -> bool {
    role.is_empty() || role.starts_with("pg_") || matches!(role, "public" | "none")
}

/// The options with every setting pinned that the environment (`PGOPTIONS`, a role's defaults) could change and that
/// changes what a statement means.
fn pinned(options: PgConnectOptions) -> PgConnectOptions {
    use sqlx::ConnectOptions;
    let settings = [
        ("search_path", "\"$user\", public"),
        ("check_function_bodies", "off"),
        ("client_min_messages", "error"),
        ("TimeZone", "UTC"),
        ("DateStyle", "ISO, MDY"),
        ("IntervalStyle", "postgres"),
        ("default_tablespace", ""),
        ("default_table_access_method", "heap"),
        ("default_transaction_read_only", "off"),
        ("statement_timeout", "0"),
        ("lock_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
    ];
    options.options(settings).application_name("schemagen").disable_statement_logging()
}

/// Runs blocking work on a thread of its own; when the future is dropped, the work is told to stop.
async fn cancellable<T: Send + 'static>(work: impl FnOnce(&Stop) -> Result<T> + Send + 'static) -> Result<T> {
    let stop = Stop::default();
    let asked = StopOnDrop(stop.clone());
    let result = tokio::task::spawn_blocking(move || work(&stop)).await.map_err(Error::internal)?;
    drop(asked);
    result
}

/// Asks blocking work to stop.
#[derive(Debug, Clone, Default)]
struct Stop(std::sync::Arc<std::sync::atomic::AtomicBool>);

struct StopOnDrop(Stop);

impl Stop {
    fn check(&self) -> Result<()> {
        if self.0.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(Error::new("interrupted").exit(crate::error::Exit::Interrupted));
        }
        Ok(())
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.0.store(true, std::sync::atomic::Ordering::Relaxed);
    }
}
