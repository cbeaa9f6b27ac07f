//! A live database: one of its own on the shared server.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use schemagen::database::Database;
use schemagen::sizes::Sizes;
use schemagen::sql;
use sqlx::postgres::PgConnectOptions;

use super::project::Project;
use super::server::{RUNTIME, Server, server};

/// Who runs migrations in the tests.
const OWNER: &str = "cli_owner";

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A database that is gone with this value.
pub(crate) struct Live {
    _server: Server,
    admin: PgConnectOptions,
    name: String,
}

impl Live {
    /// An empty database.
    pub(crate) fn new() -> Live {
        Live::named(&format!("cli_{}", COUNT.fetch_add(1, Ordering::Relaxed)))
    }

    /// An empty database of that name.
    pub(crate) fn named(name: &str) -> Live {
        let server = server().expect("a server");
        let admin = RUNTIME.block_on(async {
            let mut shadow = server.lock().await;
            let database = shadow.create("address").await.expect("a database");
            let options = database.options().clone().database("template1");
            database.close().await.expect("closed");
            options
        });
        let live = Live { _server: server, admin, name: name.to_owned() };
        live.role(OWNER, "SUPERUSER LOGIN");
        live.on_the_server(&format!("CREATE DATABASE {} TEMPLATE template0 OWNER {OWNER}", sql::name(name)));
        live
    }

    /// Makes a role that may be there already.
    pub(crate) fn role(&self, name: &str, rights: &str) {
        let (role, statement) = (sql::literal(name), sql::literal(&format!("CREATE ROLE {} {rights}", sql::name(name))));
        self.on_the_server(&format!(
            "DO $do$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {role}) THEN EXECUTE {statement}; END IF; \
             EXCEPTION WHEN unique_violation OR duplicate_object THEN NULL; END $do$"
        ));
    }

    /// How people would write where it is.
    pub(crate) fn url(&self) -> String {
        self.url_of(OWNER)
    }

    /// The same for another role.
    pub(crate) fn url_of(&self, role: &str) -> String {
        let folder = self.admin.get_socket().expect("the server is on a socket").display().to_string();
        format!("host='{folder}' port={} user='{role}' dbname='{}'", self.admin.get_port(), self.name.replace('\'', "\\'"))
    }

    /// A new project that works on it.
    pub(crate) fn project(&self) -> Project {
        Project::new().with("DATABASE_URL", &self.url())
    }

    /// Runs SQL as the superuser.
    pub(crate) fn run(&self, sql: &str) {
        run(&self.admin.clone().username(OWNER).database(&self.name), sql);
    }

    /// A session that stays.
    pub(crate) fn session(&self) -> Session {
        let options = self.admin.clone().username(OWNER).database(&self.name);
        Session(RUNTIME.block_on(async { Database::connect(&options).await.expect("a connection") }))
    }

    /// The first column of the first row.
    pub(crate) fn value<T: serde::de::DeserializeOwned>(&self, sql: &str) -> T {
        RUNTIME.block_on(async {
            let mut database = Database::connect(&self.admin.clone().database(&self.name)).await.expect("a connection");
            let value = database.value(sql, &[]).await.unwrap_or_else(|it| panic!("{sql}: {it}"));
            database.close().await.expect("closed");
            value
        })
    }

    /// How large what is in it is.
    pub(crate) fn sizes(&self) -> Sizes {
        RUNTIME.block_on(async {
            let mut database = Database::connect(&self.admin.clone().database(&self.name)).await.expect("a connection");
            let sizes = Sizes::read(&mut database).await.expect("sizes");
            database.close().await.expect("closed");
            sizes
        })
    }

    pub(crate) fn on_the_server(&self, sql: &str) {
        run(&self.admin, sql);
    }
}

/// Waits until a condition holds; fails after a minute.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(60), "in vain: {what}");
        sleep(Duration::from_millis(20));
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.on_the_server(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", sql::name(&self.name)));
        }
    }
}

/// A session of an application.
pub(crate) struct Session(Database);

impl Session {
    /// Runs SQL in it.
    pub(crate) fn run(&mut self, sql: &str) {
        RUNTIME.block_on(async { self.0.run(sql).await.unwrap_or_else(|it| panic!("{sql}: {it}")) });
    }
}

fn run(options: &PgConnectOptions, sql: &str) {
    RUNTIME.block_on(async {
        let mut database = Database::connect(options).await.expect("a connection");
        database.run(sql).await.unwrap_or_else(|it| panic!("{sql}: {it}"));
        database.close().await.expect("closed");
    });
}
