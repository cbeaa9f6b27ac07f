//! The forms in which PostgreSQL prints one and the same expression, brought to one.
//!
//! `v IN ('a', 'b')` on a varchar column is printed as `(v)::text = ANY ((ARRAY['a'::character varying, ...])::text[])`; that
//! text, fed back, is printed as `... ANY (ARRAY[('a'::character varying)::text, ...])` from then on (seen on 14 to 18). A
//! database that was dumped and restored would differ from one that was not. Storage options are a set kept as a list.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

static LIST: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\(ARRAY\[((?:'(?:[^']|'')*'::character varying(?:\(\d+\))?(?:, )?)+)\]\)::text\[\]").ok());
static ITEM: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"'(?:[^']|'')*'::character varying(?:\(\d+\))?").ok());

/// Rewrites every expression in an object's attributes; the text of a routine's body is left as it is.
pub fn expressions(attrs: &mut Value) {
    match attrs {
        Value::String(text) => {
            if let Some(rewritten) = expression(text) {
                *text = rewritten;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(expressions),
        Value::Object(fields) => {
            fields
                .iter_mut()
                .filter(|(name, _)| !matches!(name.as_str(), "source" | "_definition" | "_printed" | "comment" | "label"))
                .for_each(|(_, it)| expressions(it));
        }
        _ => {}
    }
}

/// The stable form of one expression, where it differs.
fn expression(text: &str) -> Option<String> {
    if !text.contains("])::text[]") {
        return None;
    }
    let (list, item) = (LIST.as_ref()?, ITEM.as_ref()?);
    let rewritten = list.replace_all(text, |found: &Captures<'_>| {
        let items: Vec<String> = item.find_iter(&found[1]).map(|it| format!("({})::text", it.as_str())).collect();
        format!("ARRAY[{}]", items.join(", "))
    });
    Some(rewritten.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_printed_forms_of_a_varchar_list_are_one() {
        let once = "((v)::text = ANY ((ARRAY['a'::character varying, 'it''s, b'::character varying])::text[]))";
        let again = "((v)::text = ANY (ARRAY[('a'::character varying)::text, ('it''s, b'::character varying)::text]))";
        assert_eq!(expression(once).as_deref(), Some(again));
        assert_eq!(expression(again), None);
    }
}
