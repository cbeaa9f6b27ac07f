//! A server of the user's: databases, roles and tablespaces of ours have names of this run, and go at its end.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use nix::sys::signal::kill;
use nix::unistd::{Pid, gethostname};
use sqlx::postgres::PgConnectOptions;

use super::pinned;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::sql;

const PREFIX: &str = "schemagen_shadow_";

/// What we made on a server. When it is dropped, all of it goes.
#[derive(Debug)]
pub(super) struct Given {
    options: PgConnectOptions,
    run: String,
    pub(super) databases: BTreeSet<String>,
    /// Quoted names.
    pub(super) roles: BTreeSet<String>,
    /// Quoted names.
    pub(super) tablespaces: BTreeSet<String>,
}

impl Given {
    /// Connects to the server. Removes what runs of this machine left there that were killed.
    pub(super) async fn open(url: &str) -> Result<(Given, Database)> {
        let options =
            PgConnectOptions::from_str(url).map_err(|it| Error::from(it).within("the URL of the shadow server is wrong"))?;
        let options = pinned(options);
        let within = |it: Error| it.within("cannot use the shadow server");
        let mut admin = Database::connect(&options).await.map_err(within)?;
        let is_superuser: bool =
            admin.value("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user", &[]).await?;
        if !is_superuser {
            return Err(Error::new("the role of the shadow's URL is no superuser")
                .help("the shadow makes roles and databases: name a superuser of a development server"));
        }
        sweep(&mut admin).await?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let run = format!("{:x}_{:x}_", std::process::id(), now & 0xffff_ffff);
        let sets = [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()];
        let [databases, roles, tablespaces] = sets;
        Ok((Given { options, run, databases, roles, tablespaces }, admin))
    }

    /// The name of a database on the server.
    pub(super) fn name(&self, name: &str) -> String {
        let mut name = format!("{PREFIX}{}{name}", self.run);
        while name.len() > 63 {
            name.pop();
        }
        name
    }

    /// Remembers a database, here and in its comment.
    pub(super) async fn made(&mut self, name: &str, admin: &mut Database) -> Result<()> {
        self.databases.insert(name.to_owned());
        let comment = format!("{} {}", host(), std::process::id());
        admin.run(&format!("COMMENT ON DATABASE {} IS {}", sql::name(name), sql::literal(&comment))).await
    }

    /// Drops all that was made.
    pub(super) async fn clean(mut self, mut admin: Database) -> Result<()> {
        self.remove(&mut admin).await
    }

    async fn remove(&mut self, admin: &mut Database) -> Result<()> {
        while let Some(name) = self.databases.pop_first() {
            admin.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", sql::name(&name))).await?;
        }
        while let Some(name) = self.tablespaces.pop_first() {
            admin.run(&format!("DROP TABLESPACE IF EXISTS {name}")).await?;
        }
        while let Some(name) = self.roles.pop_first() {
            admin.run(&format!("DROP ROLE IF EXISTS {name}")).await?;
        }
        Ok(())
    }
}

impl Drop for Given {
    /// The runtime may be stopping: a thread with its own one cleans up.
    fn drop(&mut self) {
        if self.databases.is_empty() && self.roles.is_empty() && self.tablespaces.is_empty() {
            return;
        }
        let clean = || -> Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut admin = Database::connect(&self.options).await?;
                self.remove(&mut admin).await
            })
        };
        let cleaned = std::thread::scope(|scope| scope.spawn(clean).join());
        if let Ok(Err(error)) = cleaned {
            tracing::warn!("the shadow's databases could not be dropped: {}", error.message);
        }
    }
}

/// Drops databases of runs of this machine that are over.
async fn sweep(admin: &mut Database) -> Result<()> {
    const OURS: &str = "SELECT coalesce(jsonb_agg(jsonb_build_array(datname, description)), '[]') FROM pg_catalog.pg_database \
                        JOIN pg_catalog.pg_shdescription ON objoid = oid AND classoid = 'pg_catalog.pg_database'::regclass \
                        WHERE starts_with(datname, $1)";
    let ours: Vec<(String, String)> = admin.value(OURS, &[PREFIX]).await?;
    for (name, comment) in ours {
        let Some((host, pid)) = comment.rsplit_once(' ') else { continue };
        let is_over = pid.parse().is_ok_and(|it| kill(Pid::from_raw(it), None) == Err(nix::errno::Errno::ESRCH));
        if host == self::host() && is_over {
            admin.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", sql::name(&name))).await?;
        }
    }
    Ok(())
}

fn host() -> String {
    gethostname().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default()
}
