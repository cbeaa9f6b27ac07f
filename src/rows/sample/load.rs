//! Rows brought from the live database into the clone.

use crate::database::Database;
use crate::error::{Error, Result};
use crate::rows::tables::{Table, Tables};
use crate::sql;

use super::pick::unread;

/// Copies what a query returns on the live database into a table of the clone. The inner error says why nothing came.
pub(super) async fn load(
    clone: &mut Database,
    live: &mut Database,
    tables: &Tables,
    table: &Table,
    query: &str,
) -> Result<std::result::Result<u64, String>> {
    match stepwise(clone, live, &[], query, &target(table), &[]).await? {
        Ok(rows) => Ok(Ok(rows)),
        Err(error) if refuses(&error) && tables.plpgsql => {
            let (before, after) = one_by_one(table);
            let rows = stepwise(clone, live, &before, query, "pg_temp._sampled", &after).await?;
            Ok(rows.map_err(|it| told(&it)))
        }
        Err(error) => Ok(Err(told(&error))),
    }
}

/// Whether the rows themselves are refused: a constraint may be NOT VALID on the live database, or not there yet.
fn refuses(error: &Error) -> bool {
    error.sqlstate.as_deref().is_some_and(|it| it.starts_with("22") || it.starts_with("23"))
}

fn told(error: &Error) -> String {
    match error.sqlstate.as_deref() {
        Some(it) if refuses(error) => format!("the clone does not take its rows (SQLSTATE {it})"),
        _ => unread(error),
    }
}

fn target(table: &Table) -> String {
    let columns: Vec<String> = table.writable().map(|it| sql::name(&it.name)).collect();
    // A table without columns has rows all the same.
    let list = if columns.is_empty() { String::new() } else { format!(" ({})", columns.join(", ")) };
    format!("{}{list}", table.relation().path())
}

/// Statements before and after the copy that take each row for itself, and leave out what is refused.
fn one_by_one(table: &Table) -> (Vec<String>, Vec<String>) {
    let columns: Vec<String> = table.writable().map(|it| sql::name(&it.name)).collect();
    let columns = columns.join(", ");
    let body = format!(
        "DECLARE place tid; BEGIN FOR place IN SELECT ctid FROM pg_temp._sampled LOOP BEGIN INSERT INTO {} ({columns}) \
         OVERRIDING SYSTEM VALUE SELECT {columns} FROM pg_temp._sampled WHERE ctid = place; \
         EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; END",
        table.relation().path()
    );
    let staging = format!("CREATE TEMPORARY TABLE _sampled AS SELECT {columns} FROM {} WITH NO DATA", table.relation().path());
    (vec![staging], vec![format!("DO {}", sql::dollar(&body)), "DROP TABLE pg_temp._sampled".to_owned()])
}

/// The copy with what stands around it; all of it or nothing, and both connections go on.
async fn stepwise(
    clone: &mut Database,
    live: &mut Database,
    before: &[String],
    query: &str,
    target: &str,
    after: &[String],
) -> Result<std::result::Result<u64, Error>> {
    clone.run("SAVEPOINT load").await?;
    live.run("SAVEPOINT load").await?;
    let all = async {
        for it in before {
            clone.run(it).await?;
        }
        let rows = live.copy_into(query, clone, target).await?;
        for it in after {
            clone.run(it).await?;
        }
        Ok::<_, Error>(rows)
    };
    let all = all.await;
    let end = if all.is_ok() { "RELEASE SAVEPOINT load" } else { "ROLLBACK TO SAVEPOINT load" };
    live.run(end).await?;
    clone.run(end).await?;
    Ok(all)
}
