//! Tables that are published: PostgreSQL refuses to update one whose rows nothing identifies.

use super::{Context, Verb, filled, partition, required};
use crate::catalog::{Catalog, Id, Object};
use crate::source::lexer::Lexer;
use crate::sql;

/// What lets the rows of a new column's table be updated, where that comes in the same migration and the column is filled: it comes first.
pub(super) fn first(column: &Id, context: &Context<'_>) -> Vec<Id> {
    let Some(table) = column.path.get(..2).filter(|it| filled::afterwards(column, context) && is_published(it, context.from))
    else {
        return Vec::new();
    };
    let keys = context.to.within("constraint", table).filter(|it| it.attrs.get("type").is_some_and(|it| it == "p"));
    let comes = |it: &&Object| context.changes.get(&it.id).is_some_and(|it| *it != Verb::Drop);
    let is_there = |it: &Id| it.kind != "column" || context.from.get(it).is_some() && !context.is_created(it);
    let identities = keys.chain(context.to.get(&Id::new("replica_identity", table))).filter(comes);
    identities.filter(|it| context.to.needs(&it.id).all(is_there)).map(|it| it.id.clone()).collect()
}

/// What is filled in tables that a publication publishes in that state: it comes after that, or goes before, as rows that nothing
/// identifies cannot be updated in between.
pub(super) fn filled(publication: &[String], state: &Catalog, context: &Context<'_>) -> Vec<Id> {
    let Some(publication) = state.get(&Id::new("publication", publication)) else { return Vec::new() };
    let is_filled = |it: &Id| match it.kind.as_str() {
        "column" => context.is_created(it) && filled::afterwards(it, context),
        "not_null" => context.is_created(it) && context.to.get(it).is_some_and(|it| required::is_filled(it, context)),
        _ => false,
    };
    let filled = context.changes.keys().filter(|it| is_filled(it));
    filled.filter(|it| publishes(publication, state, &it.path[..2])).cloned().collect()
}

/// Whether changes of a table, or of one above it, are published in that state.
fn is_published(table: &[String], state: &Catalog) -> bool {
    state.of_kind("publication").any(|it| publishes(it, state, table))
}

/// Updates that PostgreSQL refuses in the state `to` though it took them in `from`, as sentences: what is published must be found again
/// on the other side, by columns that are sent.
pub(crate) fn refused(from: &Catalog, to: &Catalog) -> Vec<String> {
    let stored = |it: &&Object| it.attrs["kind"] == "r" && it.attrs.get("unlogged").is_none();
    let new = |table: &Object| why_refused(to, table).filter(|it| why_refused(from, table).as_ref() != Some(it));
    to.of_kind("table").filter(stored).filter_map(new).collect()
}

fn why_refused(state: &Catalog, table: &Object) -> Option<String> {
    let path = &table.id.path;
    state.get(&table.id)?;
    let identity = identity(state, path);
    state.of_kind("publication").find_map(|publication| {
        let name = sql::path(&publication.id.path);
        let publish = publication.attrs["publish"].as_str().unwrap_or_default();
        let verbs: Vec<&str> = ["update", "delete"].into_iter().filter(|it| publish.contains(it)).collect();
        if verbs.is_empty() || !publishes(publication, state, path) {
            return None;
        }
        let why = match &identity {
            None => Some("no key identifies its rows: give it a primary key, or REPLICA IDENTITY FULL".to_owned()),
            Some(identity) => state
                .get(&Id::new("publication_table", &[&publication.id.path[..], path].concat()))
                .and_then(|member| narrowed(state, member, identity)),
        }?;
        let verbs = verbs.iter().map(|it| it.to_uppercase()).collect::<Vec<_>>().join(" and ");
        Some(format!("{verbs} of {} will fail: publication {name} publishes them, and {why}", sql::path(path)))
    })
}

/// Whether `publication` publishes what is done to the rows of `table`.
fn publishes(publication: &Object, state: &Catalog, table: &[String]) -> bool {
    let within = |kind: &str, path: &[String]| state.get(&Id::new(kind, &[&publication.id.path[..], path].concat())).is_some();
    let is_it = |table: &[String]| within("publication_table", table) || within("publication_schema", &table[..1]);
    publication.attrs["all_tables"] == true || is_it(table) || partition::above(state, table).iter().any(|it| is_it(&it.path))
}

/// What identifies a row of a table.
enum Identity {
    /// All its columns.
    Full,
    /// Those of a key, quoted where they must be.
    Key(Vec<String>),
}

fn identity(state: &Catalog, table: &[String]) -> Option<Identity> {
    let printed = |it: &Object| {
        let columns = it.attrs["_columns"].as_array().into_iter().flatten();
        columns.filter_map(|it| it[0].as_str().map(str::to_owned)).collect()
    };
    let keys = || state.within("constraint", table);
    match state.get(&Id::new("replica_identity", table)) {
        None => keys().find(|it| it.attrs["type"] == "p").map(|it| Identity::Key(printed(it))),
        Some(it) if it.attrs["identity"] == "f" => Some(Identity::Full),
        Some(it) => {
            let name = it.attrs["index"].as_str()?;
            let alone = state.get(&Id::new("index", &[table[0].as_str(), name]));
            alone.or_else(|| keys().find(|it| it.name(2) == name)).map(|it| Identity::Key(printed(it)))
        }
    }
}

/// How a list of columns or a condition of a published table keeps its rows from being found.
fn narrowed(state: &Catalog, member: &Object, identity: &Identity) -> Option<String> {
    let listed =
        member.attrs["columns"].as_array().map(|it| it.iter().filter_map(|it| it.as_str().map(sql::name)).collect::<Vec<_>>());
    let Identity::Key(key) = identity else {
        return listed.map(|_| "its list of columns leaves some out of REPLICA IDENTITY FULL: take the list away".to_owned());
    };
    if let Some(missing) = listed.as_ref().and_then(|listed| key.iter().find(|it| !listed.contains(it))) {
        return Some(format!("its list of columns leaves out {missing}, which identifies the rows: add it to the list"));
    }
    let filter = member.attrs["filter"].as_str()?;
    let words: Vec<&str> = Lexer::new(filter).map(|it| &filter[it.range]).collect();
    let columns =
        state.needs(&member.id).filter(|it| it.kind == "column").filter_map(|it| it.path.last()).map(|it| sql::name(it));
    columns.filter(|it| words.contains(&it.as_str())).find(|it| !key.contains(it)).map(|it| {
        format!(
            "its WHERE reads {it}, which is not in the replica identity: set REPLICA IDENTITY FULL, or an index that has it too"
        )
    })
}
