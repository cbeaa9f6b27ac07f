//! All rows of tables as text, under settings that make the same value the same text.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::json;
use sqlx::Row;

use crate::database::Database;
use crate::error::{Error, Result};
use crate::rows::{ALIKE, Relation, SCANS};
use crate::sql;
use crate::timing;

/// The rows of some tables at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// Tables that exist.
    pub tables: BTreeMap<Relation, Table>,
}

/// The rows of one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// By which it is known whatever its name is.
    pub oid: i64,
    /// In the order of the values in each row.
    pub columns: Vec<Column>,
    /// The columns of the primary key.
    pub key: Vec<String>,
    /// Values as text; `None` is null.
    pub rows: Vec<Vec<Option<String>>>,
    /// For columns that had another type before: each row's value in that type, where it is the same value there.
    pub as_before: BTreeMap<String, Vec<Option<String>>>,
}

/// A column and its type, modifier included.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// As `format_type` prints it; of a domain the type that it stands on, in which its values are written.
    pub type_name: String,
}

#[derive(Debug, Deserialize)]
struct Found {
    oid: i64,
    schema: String,
    name: String,
    from: String,
    columns: Vec<Column>,
    key: Vec<String>,
}

/// Which of the tables exist, with columns and key.
const TABLES: &str = "SELECT coalesce(jsonb_agg(jsonb_build_object('oid', c.oid::bigint, 'schema', n.nspname, 'name', c.relname, \
    'from', CASE WHEN c.relkind = 'r' THEN 'ONLY ' ELSE '' END, \
    'columns', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', a.attname, 'type_name', \
        (WITH RECURSIVE of AS (SELECT a.atttypid AS type, a.atttypmod AS modifier UNION ALL \
            SELECT d.typbasetype, d.typtypmod FROM of JOIN pg_catalog.pg_type d ON d.oid = of.type AND d.typtype = 'd') \
            SELECT pg_catalog.format_type(of.type, of.modifier) FROM of JOIN pg_catalog.pg_type t ON t.oid = of.type \
            WHERE t.typtype <> 'd')) ORDER BY a.attnum), '[]') FROM pg_catalog.pg_attribute a \
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), \
    'key', ARRAY(SELECT a.attname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a \
        ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey) WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY a.attname))), '[]') \
    FROM pg_catalog.jsonb_to_recordset($1::jsonb) AS g(schema text, name text) \
    JOIN pg_catalog.pg_namespace n ON n.nspname = g.schema \
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = g.name AND c.relkind IN ('r', 'p', 'm')";

/// All rows of the tables; those that do not exist are left out.
pub async fn read(database: &mut Database, tables: &BTreeSet<Relation>) -> Result<Contents> {
    read_after(database, tables, &Contents::default()).await
}

/// The same after something was done: columns whose type is another now are also read in the type they had.
pub async fn read_after(database: &mut Database, tables: &BTreeSet<Relation>, before: &Contents) -> Result<Contents> {
    let _stage = timing::stage("  read rows");
    database.run(&format!("BEGIN; {SCANS}; {ALIKE}")).await?;
    let contents = read_all(database, tables, before).await;
    database.run("ROLLBACK").await?;
    contents.map_err(|it| it.within("reading the rows of the tables"))
}

/// The same tables as they are called once these statements have run; nothing of that stays.
pub async fn read_renamed(database: &mut Database, statements: &[String], before: &Contents) -> Result<Contents> {
    database.run(&format!("BEGIN; {SCANS}; {ALIKE}")).await?;
    let oids = before.tables.values().map(|it| it.oid).collect();
    let contents = async {
        let tables = names_after(database, statements, &oids).await?;
        read_all(database, &tables.into_values().collect(), &Contents::default()).await
    };
    let contents = contents.await;
    database.run("ROLLBACK").await?;
    contents.map_err(|it| it.within("reading the rows of the tables under their new names"))
}

/// The names that tables have now, which have these names once the statements have run.
pub async fn names_before(
    database: &mut Database,
    statements: &[String],
    tables: &BTreeSet<Relation>,
) -> Result<BTreeSet<Relation>> {
    const OIDS: &str = "SELECT coalesce(jsonb_agg(c.oid::bigint), '[]') \
        FROM pg_catalog.jsonb_to_recordset($1::jsonb) AS g(schema text, name text) \
        JOIN pg_catalog.pg_namespace n ON n.nspname = g.schema \
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = g.name";
    database.run("BEGIN").await?;
    let oids = async {
        names_after(database, statements, &BTreeSet::new()).await?;
        database.value::<BTreeSet<i64>>(OIDS, &[&listed(tables)]).await
    };
    let oids = oids.await;
    database.run("ROLLBACK").await?;
    Ok(names_after(database, &[], &oids?).await?.into_values().collect())
}

/// Runs the statements and reads what the tables are called then.
async fn names_after(database: &mut Database, statements: &[String], oids: &BTreeSet<i64>) -> Result<BTreeMap<i64, Relation>> {
    const NAMES: &str = "SELECT coalesce(jsonb_agg(jsonb_build_array(c.oid::bigint, n.nspname, c.relname)), '[]') \
        FROM pg_catalog.jsonb_array_elements_text($1::jsonb) AS g(oid) \
        JOIN pg_catalog.pg_class c ON c.oid = g.oid::oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace";
    for statement in statements {
        database.run(statement).await?;
    }
    let oids = serde_json::to_string(oids).map_err(Error::internal)?;
    let names: Vec<(i64, String, String)> = database.value(NAMES, &[&oids]).await?;
    Ok(names.into_iter().map(|(oid, schema, name)| (oid, Relation { schema, name })).collect())
}

fn listed(tables: &BTreeSet<Relation>) -> String {
    let list: Vec<_> = tables.iter().map(|it| json!({ "schema": it.schema, "name": it.name })).collect();
    serde_json::Value::from(list).to_string()
}

async fn read_all(database: &mut Database, tables: &BTreeSet<Relation>, before: &Contents) -> Result<Contents> {
    let found: Vec<Found> = database.value(TABLES, &[&listed(tables)]).await?;
    let mut contents = Contents::default();
    for it in found {
        let relation = Relation::new(&it.schema, &it.name);
        let from = format!("{}{}", it.from, relation.path());
        let values: Vec<String> = it.columns.iter().map(|it| format!("t.{}::text", sql::name(&it.name))).collect();
        let short = format!(
            "SELECT {} FROM unnest(ARRAY[{}]::text[]) WITH ORDINALITY AS e(v, o) ORDER BY o",
            short("v"),
            values.join(", ")
        );
        let rows = database.rows(&format!("SELECT ARRAY({short}) FROM {from} AS t"), &[]).await;
        let rows = rows.map_err(|error| error.within(&relation))?;
        let rows = rows.iter().map(|it| it.try_get(0)).collect::<std::result::Result<_, sqlx::Error>>().map_err(Error::from)?;
        let mut as_before = BTreeMap::new();
        for (column, old) in retyped(&it.columns, before.tables.get(&relation)) {
            if let Some(values) = in_type(database, &from, column, old).await? {
                as_before.insert(column.name.clone(), values);
            }
        }
        contents.tables.insert(relation, Table { oid: it.oid, columns: it.columns, key: it.key, rows, as_before });
    }
    Ok(contents)
}

/// A text, and of a long one its beginning, length and hash: as good to compare, and no burden on memory.
fn short(text: &str) -> String {
    const LONG: usize = 2000;
    format!(
        "CASE WHEN octet_length({text}) > {LONG} THEN left({text}, 200) || '… ' || octet_length({text}) || ' ' || \
         pg_catalog.hashtextextended({text} COLLATE \"C\", 0) ELSE {text} END"
    )
}

/// The columns that had another type.
fn retyped<'a>(columns: &'a [Column], before: Option<&'a Table>) -> Vec<(&'a Column, &'a str)> {
    let old = |name: &str| before?.columns.iter().find(|it| it.name == name);
    columns
        .iter()
        .filter_map(|it| Some((it, old(&it.name)?.type_name.as_str())))
        .filter(|(it, old)| it.type_name != *old)
        .collect()
}

/// A column's values in the type they had: only where the way there and back again gives the same value, so that rounding shows.
/// `None` when no cast leads there for all of them.
async fn in_type(database: &mut Database, from: &str, column: &Column, old: &str) -> Result<Option<Vec<Option<String>>>> {
    let (name, new) = (sql::name(&column.name), &column.type_name);
    for (back, again) in [("", ""), ("::text", ""), ("", "::text"), ("::text", "::text")] {
        let before = format!("{name}{back}::{old}");
        let same = format!("({before}){again}::{new}");
        let value = format!("SELECT CASE WHEN ({same})::text = {name}::text THEN ({before})::text END");
        let query = format!("SELECT (SELECT {} FROM ({value}) AS e(v)) FROM {from}", short("v"));
        database.run("SAVEPOINT cast_back").await?;
        match database.rows(&query, &[]).await {
            Ok(rows) => {
                let values = rows.iter().map(|it| it.try_get(0)).collect::<std::result::Result<_, sqlx::Error>>();
                return Ok(Some(values.map_err(Error::from)?));
            }
            // No such cast, or not for every value.
            Err(_) => database.run("ROLLBACK TO SAVEPOINT cast_back").await?,
        }
    }
    Ok(None)
}
