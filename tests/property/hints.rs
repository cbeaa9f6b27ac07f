//! What the new text says of names that changed: the hints that a person would write above what is renamed.

use std::collections::BTreeSet;

use super::model::{Item, Model, Number, What};
use super::words::quoted;

/// What renames an attribute or a label: the old name follows it.
pub(super) const MARK: &str = "was ";

/// The new model with the hints of its renames from the old one; some renames stay unsaid.
pub(super) fn hinted(from: &Model, to: &Model) -> Model {
    let mut hinted = to.clone();
    let (old_names, new_names) = (names(from), names(to));
    // Who takes a name that another has, or leaves his to another, is not renamed in one go.
    let free = |old: &str, new: &str| old != new && !old_names.contains(new) && !new_names.contains(old);
    let mut say = |number: Number, part: &str, old: String| {
        hinted.said.insert((number, part.to_owned()), format!("\n-- schemagen: renamed from {old}\n"));
    };
    for new in &to.items {
        let Some(old) = from.get(new.number) else { continue };
        let moved = old.schema != new.schema;
        if is_said(new.number) && (free(&old.name, &new.name) || moved && old.name == new.name) {
            let schema = old.schema.filter(|_| moved).and_then(|it| from.get(it));
            let schema = schema.map_or(String::new(), |it| format!("{}.", quoted(&it.name)));
            say(new.number, "", schema + &quoted(&old.name));
        }
        match (&old.what, &new.what) {
            (What::Table(old), What::Table(new)) => {
                for column in &new.columns {
                    let before = old.columns.iter().find(|it| it.number == column.number);
                    let before = before.filter(|it| is_said(it.number) && free(&it.name, &column.name));
                    if let Some(before) = before {
                        say(column.number, "", quoted(&before.name));
                    }
                }
            }
            (What::Composite { attributes: old }, What::Composite { attributes }) => {
                let old: Vec<String> = old.iter().map(|it| it.0.clone()).collect();
                let now: Vec<String> = attributes.iter().map(|it| it.0.clone()).collect();
                parts(new, &old, &now).into_iter().for_each(|(it, was)| say(new.number, &it, quoted(&was)));
            }
            (What::Enum { labels: old }, What::Enum { labels }) => {
                parts(new, old, labels).into_iter().for_each(|(it, was)| say(new.number, &it, format!("'{was}'")));
            }
            _ => {}
        }
    }
    hinted
}

/// Whether the rename of that number is said; of the others some have no hint.
fn is_said(number: Number) -> bool {
    !number.is_multiple_of(4)
}

/// New and old name of the parts that a mark says were renamed.
fn parts(item: &Item, old: &[String], new: &[String]) -> Vec<(String, String)> {
    let renamed = new.iter().filter_map(|it| Some((it.clone(), it.strip_prefix(MARK)?.to_owned())));
    renamed.filter(|(it, was)| is_said(item.number) && old.contains(was) && !old.contains(it) && !new.contains(was)).collect()
}

/// The names of all items and columns.
fn names(model: &Model) -> BTreeSet<&str> {
    let items = model.items.iter().map(|it| it.name.as_str());
    let columns = model.items.iter().filter_map(|it| if let What::Table(it) = &it.what { Some(&it.columns) } else { None });
    items.chain(columns.flatten().map(|it| it.name.as_str())).collect()
}
