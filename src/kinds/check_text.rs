//! The text of a CHECK, so that PostgreSQL prints it as it prints the one that it is made after.
//!
//! `v IN ('a', 'b')` on a varchar column is printed in one way, and in another when that text was fed back (see [`crate::canonical`]). A
//! child may come to a parent only where both have their checks in the same words (seen on 14 to 18: `MergeConstraintsIntoExisting`
//! compares what is printed).

use std::sync::LazyLock;

use regex::Regex;

use super::brackets::opening;
use super::{Context, inheritance};
use crate::catalog::{Id, Object};

static LIST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let items = r"(?:'(?:[^']|'')*'::character varying(?:, )?)+";
    Regex::new(&format!(r"\)::text (= ANY|<> ALL) \(\(ARRAY\[({items})\]\)::text\[\]\)")).ok()
});

/// The definition of a check as it is to be written: after the one that it has in common with a table that stands, else after its own.
pub(super) fn written(check: &Object, definition: String, context: &Context<'_>) -> String {
    if check.attrs.get("type").is_none_or(|it| it != "c") {
        return definition;
    }
    let above = inheritance::parents(check);
    let above = above.iter().map(|it| Id::new("constraint", &[&it[0], &it[1], check.name(2)]));
    let below = inheritance::heirs(&check.id, context.to).map(|it| it.id.clone());
    let mut relatives = above.chain(below).filter(|it| !context.changes.contains_key(it));
    let model = relatives.find_map(|it| context.from.get(&it)).unwrap_or(check);
    let text = |name: &str| model.attrs.get(name).and_then(|it| it.as_str()).map(|it| split(it).0);
    let condition = text("_printed").map(with_lists).or_else(|| text("definition").map(str::to_owned));
    condition.map_or(definition.clone(), |it| it + split(&definition).1)
}

/// The condition of a check, and what follows it, in which its relatives may differ: `NO INHERIT`, `NOT VALID`.
fn split(definition: &str) -> (&str, &str) {
    definition.split_at(definition.rfind(')').map_or(definition.len(), |it| it + 1))
}

/// The text with its lists as one writes them: `v IN ('a', 'b')`.
fn with_lists(printed: &str) -> String {
    let mut text = printed.to_owned();
    while let Some(found) = LIST.as_ref().and_then(|it| it.captures(&text)) {
        let (Some(whole), Some(open)) = (found.get(0), found.get(0).and_then(|it| opening(&text, it.start()))) else { break };
        let word = if &found[1] == "= ANY" { "IN" } else { "NOT IN" };
        let value = &text[open + 1..whole.start()];
        let value = if value.contains(' ') { format!("({value})") } else { value.to_owned() };
        let replaced = format!("{value} {word} ({})", found[2].replace("'::character varying", "'"));
        text = format!("{}{replaced}{}", &text[..open], &text[whole.end()..]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_varchar_are_written_as_lists() {
        let printed =
            "CHECK ((((v)::text = ANY ((ARRAY['a'::character varying, 'it''s ('::character varying])::text[])) AND (n > 1)))";
        assert_eq!(with_lists(printed), "CHECK (((v IN ('a', 'it''s (')) AND (n > 1)))");
        let printed = "CHECK (((\"a b\")::text <> ALL ((ARRAY['a'::character varying, 'b'::character varying])::text[])))";
        assert_eq!(with_lists(printed), "CHECK (((\"a b\") NOT IN ('a', 'b')))");
    }
}
