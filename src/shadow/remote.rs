//! A server of the user's as shadow: databases with names of their own, dropped at the end.

use sqlx::postgres::PgConnectOptions;

use crate::database::Database;
use crate::error::Result;
use crate::sql;

/// What we made there.
#[derive(Debug)]
pub(super) struct Remote {
    options: PgConnectOptions,
    prefix: String,
    databases: Vec<String>,
    roles: Vec<String>,
}

impl Remote {
    pub(super) fn new(options: PgConnectOptions) -> Remote {
        let moment = jiff::Timestamp::now().as_microsecond();
        let prefix = format!("schemagen_{}_{moment}", std::process::id());
        Remote { options, prefix, databases: Vec::new(), roles: Vec::new() }
    }

    pub(super) fn actual(&self, name: &str) -> String {
        format!("{}_{}", self.prefix, name.trim_start_matches("schemagen_"))
    }

    pub(super) async fn connect(&mut self, actual: &str) -> Result<Database> {
        self.databases.push(actual.to_owned());
        Database::connect(&self.options.clone().database(actual)).await
    }

    pub(super) fn made_role(&mut self, role: &str) {
        self.roles.push(role.to_owned());
    }

    /// Drops all that was made.
    pub(super) async fn clean(mut self) -> Result<()> {
        let (options, databases, roles) =
            (self.options.clone(), std::mem::take(&mut self.databases), std::mem::take(&mut self.roles));
        drop_all(options, databases, roles).await
    }
}

async fn drop_all(options: PgConnectOptions, databases: Vec<String>, roles: Vec<String>) -> Result<()> {
    let mut admin = Database::connect(&options).await?;
    for name in databases {
        admin.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", sql::name(&name))).await?;
    }
    for role in roles {
        admin.run(&format!("DROP ROLE IF EXISTS {}", sql::name(&role))).await?;
    }
    admin.close().await
}

impl Drop for Remote {
    fn drop(&mut self) {
        if self.databases.is_empty() && self.roles.is_empty() {
            return;
        }
        let (options, databases, roles) =
            (self.options.clone(), std::mem::take(&mut self.databases), std::mem::take(&mut self.roles));
        let cleaner = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|it| it.block_on(drop_all(options, databases, roles)))
        });
        if !matches!(cleaner.join(), Ok(Ok(Ok(())))) {
            tracing::warn!("databases whose names begin with {} are left on the shadow server: drop them", self.prefix);
        }
    }
}
