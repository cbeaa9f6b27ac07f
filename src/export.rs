//! A catalog as a folder of SQL that a person would want to edit: one file per table, view or routine name, the rest by schema.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::catalog::{Catalog, Id};
use crate::error::Result;
use crate::kinds::{Conditions, Section, Server, kind};
use crate::plan::plan;
use crate::render;

/// The files, relative to the schema folder, that declare `catalog` beyond what `empty` has.
pub fn export(catalog: &Catalog, empty: &Catalog, server: &Server) -> Result<BTreeMap<PathBuf, String>> {
    let plan = plan(empty, catalog, &Conditions::ours(server))?;
    let mut files: BTreeMap<PathBuf, String> = BTreeMap::new();
    for statement in render::statements(&plan) {
        let file = files.entry(file(&statement.group, catalog)).or_default();
        let starts = statement.sql.starts_with("CREATE") && !file.is_empty();
        file.push_str(if starts { "\n" } else { "" });
        file.push_str(&statement.sql);
        file.push_str(";\n");
    }
    Ok(files)
}

/// Where an object is declared: what is attached to a table is in the table's file, what is said of a schema beside the schemas.
fn file(group: &Id, catalog: &Catalog) -> PathBuf {
    let above = |it: &Id| {
        let (object, kind) = (catalog.get(it)?, kind(&it.kind));
        kind.filed_under(object, catalog).or_else(|| object.parent.clone().filter(|_| kind.follows_parent()))
    };
    let Id { kind: name, path } = std::iter::successors(Some(group.clone()), above).last().unwrap_or_else(|| group.clone());
    match (kind(&name).section(), path.as_slice()) {
        (Section::Container | Section::Last | Section::Foreign, _) | (_, [] | [_]) => PathBuf::from(format!("{name}s.sql")),
        (Section::Relation | Section::Between | Section::Routine, [schema, object, ..]) => {
            [safe(schema), format!("{name}s"), format!("{}.sql", safe(object))].iter().collect()
        }
        (_, [schema, ..]) => [safe(schema), format!("{name}s.sql")].iter().collect(),
    }
}

/// A name as a file name: what a file system or a shell could trip over is spelled out.
fn safe(name: &str) -> String {
    let plain = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-');
    name.chars().map(|it| if plain(it) { it.to_string() } else { format!("%{:02x}", u32::from(it)) }).collect()
}
