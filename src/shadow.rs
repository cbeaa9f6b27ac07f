//! A throw-away PostgreSQL of the live server's major version: the place where the desired state is loaded and every migration proven.
//!
//! It is started from a prepared data directory on a unix socket that only we can reach, and is gone with this value: processes and
//! files. What a killed run left behind, the next run clears away.

mod binaries;
mod cluster;
mod download;
mod remote;

use std::collections::BTreeSet;
use std::path::PathBuf;

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;

use crate::database::Database;
use crate::error::Result;
use crate::sql;
use crate::timing;

/// Where the server comes from; the first that is given wins, in this order.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// A server that may create and drop databases, for extensions that the embedded one lacks.
    pub url: Option<PgConnectOptions>,
    /// A folder with `initdb`, `pg_ctl` and `postgres`.
    pub bin_dir: Option<PathBuf>,
    /// Where downloads and prepared data directories are kept.
    pub cache: Option<PathBuf>,
    /// The URL that stands in for Maven Central.
    pub mirror: Option<String>,
    /// Whether only what is there already is used, and nothing is fetched.
    pub offline: bool,
}

/// The role that loads the desired state of an embedded server. What it owns has no stated owner.
pub const SUPERUSER: &str = "schemagen_shadow";

/// The comment by which a role that only stands for one of the user's is known.
pub const STUB: &str = "stands for a role of the user's";

/// A running server.
#[derive(Debug)]
pub struct Shadow {
    place: Place,
    major: u32,
    superuser: String,
    admin: Database,
    /// Empty databases that every cluster is born with, not yet used.
    spare: Vec<&'static str>,
    /// The databases that were made or taken.
    names: Vec<String>,
    made: usize,
}

#[derive(Debug)]
enum Place {
    Cluster(Box<cluster::Cluster>),
    Remote(Box<remote::Remote>),
}

impl Shadow {
    /// Starts one of that major version. Fails with what was tried and what to do.
    pub async fn start(settings: &Settings, major: u32) -> Result<Shadow> {
        let _stage = timing::stage("start the shadow");
        if let Some(options) = &settings.url {
            let options = options.clone().disable_statement_logging();
            let mut admin = Database::connect(&options).await.map_err(|it| it.within("the shadow server of [shadow] url"))?;
            let server = admin.server().await?;
            warn_of_another(server.major, major);
            let place = Place::Remote(Box::new(remote::Remote::new(options)));
            let (spare, names, made) = (Vec::new(), Vec::new(), 0);
            return Ok(Shadow { place, major: server.major, superuser: server.role, admin, spare, names, made });
        }
        let binaries = binaries::find(settings, major).await?;
        warn_of_another(binaries.major, major);
        let cluster = cluster::Cluster::start(&binaries, settings).await?;
        let admin = cluster.connect("postgres").await?;
        let (spare, names, made) = (vec!["template1", "postgres"], Vec::new(), 0);
        Ok(Shadow {
            major: binaries.major,
            place: Place::Cluster(Box::new(cluster)),
            superuser: SUPERUSER.to_owned(),
            admin,
            spare,
            names,
            made,
        })
    }

    /// Its major version.
    pub fn major(&self) -> u32 {
        self.major
    }

    /// The role whose objects have no stated owner.
    pub fn superuser(&self) -> &str {
        &self.superuser
    }

    /// An empty database of that name, connected to as the superuser.
    pub async fn create(&mut self, name: &str) -> Result<Database> {
        let actual = match (&self.place, self.spare.pop()) {
            (Place::Cluster(_), Some(spare)) => spare.to_owned(),
            (place, _) => {
                let actual = match place {
                    Place::Cluster(_) => format!("schemagen_{name}_{}", self.made),
                    Place::Remote(remote) => remote.actual(&format!("{name}_{}", self.made)),
                };
                self.fill(&actual, "template0").await?;
                actual
            }
        };
        self.enter(actual).await
    }

    /// A copy of a database that nobody is connected to, file by file, connected to as the superuser.
    pub async fn copy(&mut self, template: &str) -> Result<Database> {
        let actual = match &self.place {
            Place::Cluster(_) => format!("schemagen_copy_{}", self.made),
            Place::Remote(remote) => remote.actual(&format!("copy_{}", self.made)),
        };
        self.fill(&actual, template).await?;
        self.enter(actual).await
    }

    async fn fill(&mut self, name: &str, template: &str) -> Result<()> {
        let strategy = if self.major >= 15 { " STRATEGY file_copy" } else { "" };
        self.admin.run(&format!("CREATE DATABASE {} TEMPLATE {}{strategy}", sql::name(name), sql::name(template))).await
    }

    async fn enter(&mut self, actual: String) -> Result<Database> {
        let mut database = match &mut self.place {
            Place::Cluster(cluster) => cluster.connect(&actual).await?,
            Place::Remote(remote) => remote.connect(&actual).await?,
        };
        database.run("SET check_function_bodies = off").await?;
        self.made += 1;
        self.names.push(actual);
        Ok(database)
    }

    /// Drops the databases made so far, so that a long run does not pile them up.
    pub async fn clear(&mut self) -> Result<()> {
        for name in std::mem::take(&mut self.names).into_iter().filter(|it| !matches!(it.as_str(), "template1" | "postgres")) {
            self.admin.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", sql::name(&name))).await?;
        }
        Ok(())
    }

    /// A file for what is the same in every new database of this server, by what it depends on besides; none for a server of the
    /// user's.
    pub fn memory(&self, of: &str) -> Option<PathBuf> {
        match &self.place {
            Place::Cluster(cluster) => Some(cluster.home.join(format!("{of}.json"))),
            Place::Remote(_) => None,
        }
    }

    /// Creates the roles that are missing, without any right: names to own things and to be granted things.
    pub async fn stub_roles(&mut self, roles: &BTreeSet<String>) -> Result<()> {
        let there: BTreeSet<String> = self.admin.value("SELECT jsonb_agg(rolname) FROM pg_catalog.pg_roles", &[]).await?;
        for role in roles.iter().filter(|it| !there.contains(*it) && !it.starts_with("pg_")) {
            let name = sql::name(role);
            self.admin.run(&format!("CREATE ROLE {name} NOLOGIN; COMMENT ON ROLE {name} IS {}", sql::literal(STUB))).await?;
            if let Place::Remote(remote) = &mut self.place {
                remote.made_role(role);
            }
        }
        Ok(())
    }

    /// Makes roles that may do everything: who runs the migration, and who owns what only superusers own. Those of a server of the
    /// user's stay as they are.
    pub async fn stub_superusers(&mut self, roles: &BTreeSet<String>) -> Result<()> {
        self.stub_roles(roles).await?;
        if matches!(self.place, Place::Remote(_)) {
            return Ok(());
        }
        for role in roles {
            self.admin.run(&format!("ALTER ROLE {} SUPERUSER", sql::name(role))).await?;
        }
        Ok(())
    }

    /// Creates the tablespaces that are missing, inside the data directory.
    pub async fn stub_tablespaces(&mut self, names: &BTreeSet<String>) -> Result<()> {
        let there: BTreeSet<String> = self.admin.value("SELECT jsonb_agg(spcname) FROM pg_catalog.pg_tablespace", &[]).await?;
        for name in names.difference(&there) {
            self.admin.run("SET allow_in_place_tablespaces = on").await?;
            self.admin.run(&format!("CREATE TABLESPACE {} LOCATION ''", sql::name(name))).await?;
        }
        Ok(())
    }

    /// Stops the server and removes what it left; a failure to do so is an error here and silent in `drop`.
    pub async fn stop(self) -> Result<()> {
        let _stage = timing::stage("stop the shadow");
        let Shadow { place, admin, .. } = self;
        match place {
            Place::Cluster(cluster) => {
                drop(admin);
                drop(cluster);
                Ok(())
            }
            Place::Remote(remote) => {
                admin.close().await?;
                remote.clean().await
            }
        }
    }
}

/// Says what may differ when the server is of another major version.
fn warn_of_another(is: u32, wanted: u32) {
    if is != wanted {
        tracing::warn!(
            "the shadow is PostgreSQL {is}, the database is {wanted}: the text of views and expressions may be printed differently, and \
             what only one of them knows cannot be compared"
        );
    }
}
