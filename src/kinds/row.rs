//! What rows are made of: the columns of a table, the attributes of a composite type.

use crate::catalog::{Catalog, Id, Object};

/// Whether it has columns, and by that is the type of a row.
pub(crate) fn is_one(id: &Id) -> bool {
    part(&id.kind).is_some()
}

/// The columns in the order of the catalog.
pub(crate) fn parts<'a>(row: &Id, catalog: &'a Catalog) -> impl Iterator<Item = &'a Object> + use<'a> {
    let of_row = |it: &'static str| catalog.children(row, it);
    part(&row.kind).map(of_row).into_iter().flatten()
}

fn part(row: &str) -> Option<&'static str> {
    match row {
        "table" => Some("column"),
        "composite_type" => Some("attribute"),
        _ => None,
    }
}
