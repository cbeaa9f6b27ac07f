//! What hints say of how values are carried over: taken along by the objects they stand above, as information that makes no
//! difference by itself.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Id};
use crate::error::{Error, Result};
use crate::kinds::{Said, kind};
use crate::source::{Hint, Source};

/// The first words of the hints that kinds understand.
const WORDS: &[&str] = &["using", "map"];

/// The hint above a column that triggers write.
const TOUCHED: &str = "touched";

/// Gives each object of the desired state what the hints above it say. Fails at file and line where that makes no sense.
pub fn apply(source: &Source, from: &Catalog, to: &mut Catalog) -> Result<()> {
    for (hint, id) in spoken(source, to)? {
        let object = to.get(&id).ok_or_else(|| Error::internal(format!("{id} is not there")))?;
        let said = kind(&id.kind).said(&hint.text, object, [from, &*to]).map_err(|it| it.at(hint.place.clone()))?;
        match said {
            Said::Attribute(name, value) => {
                if let Some(attrs) = to.objects.get_mut(&id).and_then(|it| it.attrs.as_object_mut()) {
                    attrs.insert(name.to_owned(), value);
                }
            }
            Said::Spent => {}
            Said::Nothing => return Err(misplaced(hint)),
        }
    }
    Ok(())
}

/// The columns that triggers write whenever a row is updated, and nobody misses as they were: `public.orders.updated_at`.
pub fn touched(source: &Source, to: &Catalog) -> Result<BTreeSet<String>> {
    let column = |hint: &Hint| {
        let above = hint.above.as_ref().filter(|it| it.kind == "column").ok_or_else(|| misplaced(hint))?;
        let id = Id { kind: above.kind.clone(), path: above.path.clone() };
        if to.get(&id).is_some() { Ok(id.path.join(".")) } else { Err(misplaced(hint)) }
    };
    source.hints.iter().filter(|it| it.text == TOUCHED).map(column).collect()
}

/// Notes on hints that have done their work.
pub fn spent(source: &Source, from: &Catalog, to: &Catalog) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    for (hint, id) in spoken(source, to)? {
        let Some(object) = to.get(&id) else { continue };
        if matches!(kind(&id.kind).said(&hint.text, object, [from, to])?, Said::Spent) {
            let place = &hint.place;
            notes.push(format!("{}:{}: the hint no longer applies and can be removed", place.file, place.line));
        }
    }
    Ok(notes)
}

/// The hints of ours, each with what it stands above.
fn spoken<'a>(source: &'a Source, to: &Catalog) -> Result<Vec<(&'a Hint, Id)>> {
    let ours = |it: &&Hint| WORDS.contains(&it.text.split_whitespace().next().unwrap_or_default());
    let above = |it: &'a Hint| {
        let above = it.above.as_ref().ok_or_else(|| misplaced(it))?;
        let id = Id { kind: above.kind.clone(), path: above.path.clone() };
        if to.get(&id).is_none() { Err(misplaced(it)) } else { Ok((it, id)) }
    };
    source.hints.iter().filter(ours).map(above).collect()
}

fn misplaced(hint: &Hint) -> Error {
    Error::new(format!("the hint {:?} stands above nothing it can speak of", hint.text)).at(hint.place.clone()).help(
        "write `-- schemagen: using <expression>` above a column, `-- schemagen: map 'old' to 'new'` above an enum type, \
               `-- schemagen: touched` above a column that triggers write",
    )
}
