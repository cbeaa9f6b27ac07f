//! Which rows of a live table are taken: spread over all of it, and the same every time.
//!
//! A small table is read as a whole. Of a large one `TABLESAMPLE SYSTEM` reads some pages, chosen by a hash of their numbers; only
//! these, and only the places of their rows and how much their values take. The rows themselves are then read by place.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::json;

use crate::database::Database;
use crate::error::{Error, Result};
use crate::rows::Relation;
use crate::rows::tables::{Table, Tables};
use crate::sql;

/// So many pages (8 MB) are read as a whole.
const WHOLE: u64 = 1024;
/// So many pages of a larger table are looked at, at least.
const PAGES: u64 = 200;
/// Rows on a page where nothing says how many.
const USUAL: u64 = 40;
/// A row that takes more bytes where it is stored is left out.
const LONGEST: u64 = 8 << 20;
/// So many bytes of a table are taken, as they are stored.
const BYTES: u64 = 32 << 20;

/// What is known of a live table.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Fact {
    schema: String,
    name: String,
    kind: String,
    /// The columns that are written, by name and type.
    columns: BTreeSet<(String, String)>,
    readable: bool,
    hidden: bool,
    /// By the statistics, as its rows are.
    pub(super) pages: u64,
    pub(super) rows: Option<u64>,
}

/// The rows that were chosen.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Found {
    /// Where they are: `(0,1)`.
    places: Vec<String>,
    /// How many there were to choose from.
    pub(super) total: u64,
    /// Whether that is all the table has.
    #[serde(default)]
    pub(super) whole: bool,
}

/// Reads what is known of the live tables of these names.
pub(super) async fn facts(live: &mut Database, tables: &Tables) -> Result<BTreeMap<Relation, Fact>> {
    const FACTS: &str = "SELECT coalesce(jsonb_agg(jsonb_build_object('schema', n.nspname, 'name', c.relname, 'kind', c.relkind, \
        'columns', ARRAY(SELECT jsonb_build_array(a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)) \
            FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''), \
        'readable', pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT'), \
        'hidden', pg_catalog.row_security_active(c.oid), \
        'pages', greatest(c.relpages, 0), 'rows', CASE WHEN c.reltuples >= 0 THEN c.reltuples::int8 END)), '[]') \
        FROM pg_catalog.jsonb_to_recordset($1::jsonb) AS g(schema text, name text) \
        JOIN pg_catalog.pg_namespace n ON n.nspname = g.schema \
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = g.name";
    let given: Vec<_> = tables.tables.iter().map(|it| json!({ "schema": it.schema, "name": it.name })).collect();
    let facts: Vec<Fact> = live.value(FACTS, &[&serde_json::Value::from(given).to_string()]).await?;
    Ok(facts.into_iter().map(|it| (Relation::new(&it.schema, &it.name), it)).collect())
}

/// Why no rows are taken from a live table, if so.
pub(super) fn unfit(table: &Table, fact: Option<&Fact>) -> Option<String> {
    let columns = table.writable().map(|it| (it.name.clone(), it.type_name.clone())).collect::<BTreeSet<_>>();
    let reason = match fact {
        _ if !matches!(table.kind.as_str(), "r" | "p") => "it is no table with rows of its own",
        None => "the live database has no table of that name yet",
        Some(it) if it.kind != table.kind || it.columns != columns => "its columns are others on the live database yet",
        Some(it) if !it.readable => "this role may not read it",
        Some(it) if it.hidden => "row security hides rows of it from this role",
        Some(_) => return None,
    };
    Some(reason.to_owned())
}

/// So many rows shared by partitions of these sizes: one for each as far as that goes, the rest by size.
pub(super) fn split(most: usize, weights: &[u64]) -> Vec<usize> {
    let (count, most) = (weights.len() as u64, most as u64);
    let each = u64::from(most >= count);
    let left = most - each * count;
    let total: u64 = weights.iter().map(|it| it + 1).sum();
    let mut before = 0;
    let share = |weight: &u64| {
        let until = before + weight + 1;
        let share = each + left * until / total.max(1) - left * before / total.max(1);
        before = until;
        usize::try_from(share).unwrap_or(usize::MAX)
    };
    weights.iter().map(share).collect()
}

/// Chooses rows of a table. The inner error is why it cannot be read.
pub(super) async fn pick(
    live: &mut Database,
    table: &Table,
    fact: Option<&Fact>,
    most: usize,
) -> Result<std::result::Result<Found, String>> {
    live.run("SAVEPOINT pick").await?;
    let found = found(live, table, fact, most as u64).await;
    live.run(if found.is_ok() { "RELEASE SAVEPOINT pick" } else { "ROLLBACK TO SAVEPOINT pick" }).await?;
    Ok(found.map_err(|it| unread(&it)))
}

/// Why a live table could not be read, without the server's words.
pub(super) fn unread(error: &Error) -> String {
    match error.sqlstate.as_deref() {
        Some("57014") => "it was not read within 10 s".to_owned(),
        Some("55P03") => "others lock it".to_owned(),
        Some("42501") => "this role may not read it".to_owned(),
        Some(it) => format!("it could not be read (SQLSTATE {it})"),
        None => "it could not be read".to_owned(),
    }
}

async fn found(live: &mut Database, table: &Table, fact: Option<&Fact>, most: u64) -> Result<Found> {
    live.run(&format!("LOCK TABLE {} IN ACCESS SHARE MODE", table.from())).await?;
    let size = format!(
        "SELECT pg_catalog.pg_relation_size({}::regclass) / pg_catalog.current_setting('block_size')::int8",
        sql::literal(&table.relation().path())
    );
    let pages: u64 = live.value(&size, &[]).await?;
    if pages <= WHOLE {
        let found: Found = live.value(&query(table, "", most), &[]).await?;
        return Ok(Found { whole: true, ..found });
    }
    let on_a_page = fact.and_then(|it| Some(it.rows? / it.pages.max(1))).unwrap_or(USUAL).max(1);
    let mut wanted = PAGES.max(2 * most / on_a_page);
    loop {
        #[expect(clippy::cast_precision_loss, reason = "a share of pages")]
        let percent = (100.0 * wanted as f64 / pages as f64).min(100.0);
        let found: Found =
            live.value(&query(table, &format!(" TABLESAMPLE SYSTEM ({percent:.9}) REPEATABLE (1)"), most), &[]).await?;
        // Pages without rows are many where much was deleted; most of the table is not read for it.
        if found.total >= most || wanted * 8 > pages {
            return Ok(found);
        }
        wanted *= 8;
    }
}

/// The places of rows evenly spread over those that `sample` leaves, as far as their bytes go.
fn query(table: &Table, sample: &str, most: u64) -> String {
    let sizes = table.writable().map(|it| format!("coalesce(pg_catalog.pg_column_size(t.{}), 0)::int8", sql::name(&it.name)));
    let size = std::iter::once("0::int8".to_owned()).chain(sizes).collect::<Vec<_>>().join(" + ");
    format!(
        "WITH found AS MATERIALIZED (SELECT t.ctid AS place, {size} AS size, row_number() OVER () AS number, count(*) OVER () AS total \
         FROM {} AS t{sample}), \
         spread AS (SELECT place, number, sum(size) OVER (ORDER BY number) AS bytes FROM found \
         WHERE size <= {LONGEST} AND (total <= {most} OR number * {most} / total <> (number - 1) * {most} / total)) \
         SELECT jsonb_build_object('places', (SELECT coalesce(jsonb_agg(place::text ORDER BY number), '[]') FROM spread \
         WHERE bytes <= {BYTES}), 'total', (SELECT count(*) FROM found))",
        table.from()
    )
}

impl Found {
    /// The chosen rows; `None` where there are none.
    pub(super) fn query(&self, table: &Table) -> Option<String> {
        let places: Vec<String> = self.places.iter().map(|it| format!("\"{it}\"")).collect();
        let places = sql::literal(&format!("{{{}}}", places.join(",")));
        let columns: Vec<String> = table.writable().map(|it| format!("t.{}", sql::name(&it.name))).collect();
        let query = || format!("SELECT {} FROM {} AS t WHERE t.ctid = ANY ({places}::tid[])", columns.join(", "), table.from());
        (!self.places.is_empty()).then(query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_share_by_size_and_none_is_left_out_that_need_not_be() {
        assert_eq!(split(100, &[0, 0, 998]), [1, 1, 98]);
        assert_eq!(split(2, &[5, 5, 5, 5]).iter().sum::<usize>(), 2);
        assert_eq!(split(10, &[]), Vec::<usize>::new());
        assert_eq!(split(7, &[9, 9]).iter().sum::<usize>(), 7);
    }
}
