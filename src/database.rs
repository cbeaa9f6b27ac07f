//! One connection to one database: run statements, read rows.

use std::collections::BTreeMap;

use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection, Executor, Row};

use crate::error::{Error, Result};
use crate::kinds::Server;
use crate::sql;

/// An open connection.
#[derive(Debug)]
pub struct Database {
    connection: PgConnection,
    options: PgConnectOptions,
    twin: Option<Box<Database>>,
}

impl Database {
    /// Opens a connection. Fails with the server's own words.
    pub async fn connect(options: &PgConnectOptions) -> Result<Database> {
        Ok(Database::try_connect(options).await?)
    }

    /// The same with sqlx's own error, for who explains it better.
    pub async fn try_connect(options: &PgConnectOptions) -> std::result::Result<Database, sqlx::Error> {
        let connection = PgConnection::connect_with(options).await?;
        Ok(Database { connection, options: options.clone(), twin: None })
    }

    /// How this connection was opened, for a second one.
    pub fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// Sends `sql` as it is (simple protocol: several statements are one implicit transaction).
    pub async fn run(&mut self, sql: &str) -> Result<()> {
        Ok(self.try_run(sql).await?)
    }

    /// The same with sqlx's own error, which knows the position in `sql`.
    pub async fn try_run(&mut self, sql: &str) -> std::result::Result<(), sqlx::Error> {
        self.connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.map(drop)
    }

    /// The same, and how many rows it changed.
    pub async fn try_change(&mut self, sql: &str) -> std::result::Result<u64, sqlx::Error> {
        Ok(self.connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await?.rows_affected())
    }

    /// Sends several statements as one string, as [`Database::run`] does. Fails with how many of them were done (and are
    /// undone again) before the one that failed.
    pub async fn run_all(&mut self, sql: &str) -> std::result::Result<(), (usize, Error)> {
        let mut done = 0;
        let mut results = self.connection.fetch_many(sqlx::raw_sql(AssertSqlSafe(sql.to_owned())));
        while let Some(result) = results.next().await {
            match result {
                Ok(sqlx::Either::Left(_)) => done += 1,
                Ok(sqlx::Either::Right(_)) => {}
                Err(error) => return Err((done, error.into())),
            }
        }
        Ok(())
    }

    /// The rows of one query, with text parameters.
    pub async fn rows(&mut self, sql: &str, parameters: &[&str]) -> Result<Vec<PgRow>> {
        let mut query = sqlx::query(AssertSqlSafe(sql.to_owned()));
        for parameter in parameters {
            query = query.bind((*parameter).to_owned());
        }
        Ok(query.persistent(false).fetch_all(&mut self.connection).await?)
    }

    /// The rows of a query that runs several times on this connection: it is prepared once.
    pub async fn rows_again(&mut self, sql: &str) -> Result<Vec<PgRow>> {
        Ok(sqlx::query(AssertSqlSafe(sql.to_owned())).persistent(true).fetch_all(&mut self.connection).await?)
    }

    /// Copies what a query returns here into a table of another database, piece by piece as it comes. Returns how many rows came.
    pub async fn copy_into(&mut self, query: &str, other: &mut Database, table: &str) -> Result<u64> {
        let mut copy = other.connection.copy_in_raw(&format!("COPY {table} FROM STDIN")).await?;
        let mut begun = false;
        let copied = async {
            let mut pieces = self.connection.copy_out_raw(&format!("COPY ({query}) TO STDOUT")).await?;
            begun = true;
            while let Some(piece) = pieces.next().await {
                copy.send(piece?).await?;
            }
            Ok::<_, sqlx::Error>(())
        };
        let Err(error) = copied.await else { return Ok(copy.finish().await?) };
        copy.abort("there is nothing more to copy").await?;
        if !begun {
            // The driver loses step with a server that refuses a copy at once.
            self.connection = PgConnection::connect_with(&self.options).await?;
        }
        Err(error.into())
    }

    /// The first column of the first row, read from its JSON form.
    pub async fn value<T: DeserializeOwned>(&mut self, sql: &str, parameters: &[&str]) -> Result<T> {
        let wrapped = format!("SELECT to_jsonb(value) FROM ({sql}) AS query(value)");
        let rows = self.rows(&wrapped, parameters).await?;
        let row = rows.first().ok_or_else(|| Error::internal(format!("no row from: {sql}")))?;
        let json: Option<serde_json::Value> = row.try_get(0)?;
        serde_json::from_value(json.unwrap_or_default()).map_err(|it| Error::internal(format!("{it} in the result of: {sql}")))
    }

    /// What a kind needs to know of the server.
    pub async fn server(&mut self) -> Result<Server> {
        const CASTS: &str = "SELECT coalesce(jsonb_agg(jsonb_build_array(pg_catalog.format_type(castsource, NULL), \
             pg_catalog.format_type(casttarget, NULL))), '[]') FROM pg_catalog.pg_cast";
        let version: u32 = self.value("SELECT current_setting('server_version_num')::int", &[]).await?;
        Ok(Server {
            major: version / 10_000,
            role: self.value("SELECT current_user::text", &[]).await?,
            assignment_casts: self.value(&format!("{CASTS} WHERE castcontext IN ('a', 'i')"), &[]).await?,
            casts: self.value(CASTS, &[]).await?,
            reading: self.reading().await?,
        })
    }

    /// How sessions of others read dates and times here. The driver asks for settings of its own, so it is looked up where it is
    /// set; the configuration file is for those to see who may.
    async fn reading(&mut self) -> Result<BTreeMap<String, String>> {
        const NAMES: &str = "lower(name) IN ('timezone', 'datestyle', 'intervalstyle')";
        const FILE: &str = "pg_catalog.pg_file_settings WHERE applied";
        const SET: &str = "pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) line, \
             LATERAL (SELECT split_part(line, '=', 1), substr(line, strpos(line, '=') + 1)) setting(name, value) \
             WHERE s.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())) \
               AND s.setrole IN (0, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = session_user))";
        const READABLE: &str = "SELECT has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE')";
        let mut reading = BTreeMap::new();
        if self.value(READABLE, &[]).await? {
            let file = format!("SELECT jsonb_object_agg(lower(name), setting ORDER BY seqno) FROM {FILE} AND {NAMES}");
            reading.append(&mut self.value::<Option<BTreeMap<_, _>>>(&file, &[]).await?.unwrap_or_default());
        }
        let order = "ORDER BY s.setrole <> 0, s.setdatabase <> 0";
        let set = format!("SELECT jsonb_object_agg(lower(name), value {order}) FROM {SET} AND {NAMES}");
        reading.append(&mut self.value::<Option<BTreeMap<_, _>>>(&set, &[]).await?.unwrap_or_default());
        Ok(reading)
    }

    /// A second connection as the same role, on which a large catalog is read beside this one. `None` where that does not pay, or
    /// where it would not see the same.
    pub(crate) async fn twin(&mut self) -> Result<Option<Database>> {
        const ROLE: &str = "SELECT session_user::text WHERE session_user = current_user \
             AND pg_catalog.pg_current_xact_id_if_assigned() IS NULL \
             AND (SELECT count(*) FROM pg_catalog.pg_class WHERE oid >= 16384) > 1000";
        let role: Option<String> = self.rows(ROLE, &[]).await?.first().map(|it| it.try_get(0)).transpose()?;
        let (Some(role), twin) = (role, self.twin.take()) else { return Ok(None) };
        let twin = match twin {
            Some(it) => Some(*it),
            None => Database::try_connect(&self.options).await.ok(), // as many as there may be are connected
        };
        let Some(mut twin) = twin else { return Ok(None) };
        let acts = twin.run(&format!("SET SESSION AUTHORIZATION {}", sql::name(&role))).await.is_ok();
        Ok(acts.then_some(twin))
    }

    /// Keeps the second connection for the next time.
    pub(crate) fn keep(&mut self, twin: Database) {
        self.twin = Some(Box::new(twin));
    }

    /// Closes the connection in good order.
    pub async fn close(self) -> Result<()> {
        if let Some(twin) = self.twin {
            twin.connection.close().await?;
        }
        Ok(self.connection.close().await?)
    }

    /// Sets a session parameter.
    pub async fn set(&mut self, parameter: &str, value: &str) -> Result<()> {
        self.run(&format!("SET {} = {}", sql::name(parameter), sql::literal(value))).await
    }
}
