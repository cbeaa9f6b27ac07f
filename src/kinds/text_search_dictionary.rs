//! Text search dictionaries (`pg_ts_dict`).

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct TextSearchDictionary;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    template: [String; 2],
    options: String,
}

/// The items of `dictinitoption`, as the server writes it: `stopwords = 'english', accept = 'false'`. Name (quoted) and value (a
/// literal), in order.
fn items(options: &str) -> Vec<(&str, &str)> {
    let mut items = Vec::new();
    let (mut start, mut equals, mut quote) = (0, None, None);
    for (at, character) in options.char_indices() {
        match (quote, character) {
            (Some(open), it) if it == open => quote = None,
            (None, '\'' | '"') => quote = Some(character),
            (None, '=') if equals.is_none() => equals = Some(at),
            (None, ',') => {
                items.extend(equals.take().map(|it| (options[start..it].trim(), options[it + 1..at].trim())));
                start = at + 1;
            }
            _ => {}
        }
    }
    items.extend(equals.map(|it| (options[start..it].trim(), options[it + 1..].trim())));
    items
}

impl Kind for TextSearchDictionary {
    fn name(&self) -> &'static str {
        "text_search_dictionary"
    }

    fn query(&self) -> &'static str {
        include_str!("text_search_dictionary.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_ts_dict WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let Attrs { template, options } = object.read()?;
        let options = if options.is_empty() { options } else { format!(", {options}") };
        Ok(vec![Step::new(format!(
            "CREATE TEXT SEARCH DICTIONARY {} (TEMPLATE = {}{options})",
            sql::path(&object.id.path),
            sql::path(&template)
        ))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(super::dropped("TEXT SEARCH DICTIONARY", object, context))
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if old.template != new.template {
            return Ok(Alteration::Rebuild);
        }
        let (before, after) = (items(&old.options), items(&new.options));
        let gone = before.iter().filter(|(name, _)| !after.iter().any(|it| it.0 == *name)).map(|(name, _)| (*name).to_owned());
        let set = after.iter().filter(|it| !before.contains(it)).map(|(name, value)| format!("{name} = {value}"));
        let changes: Vec<String> = set.chain(gone).collect();
        if changes.is_empty() {
            return Ok(Alteration::Rebuild); // the same options in another order
        }
        Ok(Alteration::Steps(vec![Step::new(format!(
            "ALTER TEXT SEARCH DICTIONARY {} ({})",
            sql::path(&to.id.path),
            changes.join(", ")
        ))]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_may_hold_commas_equal_signs_and_quotes() {
        assert_eq!(
            items("stopwords = 'english', \"A,b\" = E'it''s, x = \\\\', n = 5"),
            vec![("stopwords", "'english'"), ("\"A,b\"", "E'it''s, x = \\\\'"), ("n", "5")]
        );
        assert_eq!(items(""), vec![]);
    }
}
