//! The text of a CHECK, so that PostgreSQL prints it as it prints the one that it is made after.
//!
//! `v IN ('a', 'b')` on a varchar column is printed in one way, and in another when that text was fed back (see [`crate::canonical`]),
//! and so is `a BETWEEN 1 AND 9` before another `AND`. A child may come to a parent only where both have their checks in the same words (seen on 14 to 18: `MergeConstraintsIntoExisting`
//! compares what is printed).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::brackets::{closing, opening, unquoted};
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
    let relative = relatives.find_map(|it| context.from.get(&it));
    let text = |name: &str| relative.unwrap_or(check).attrs.get(name).and_then(|it| it.as_str());
    let condition = match (text("_printed"), relative.and_then(|_| text("definition"))) {
        (Some(printed), _) => with_lists(split(printed).0),
        (None, Some(printed)) => split(printed).0.to_owned(),
        (None, None) => split(&definition).0.to_owned(),
    };
    with_ranges(condition) + split(&definition).1
}

/// The condition of a check, and what follows it, in which its relatives may differ: `NO INHERIT`, `NOT VALID`.
fn split(definition: &str) -> (&str, &str) {
    definition.split_at(definition.rfind(')').map_or(definition.len(), |it| it + 1))
}

/// The text with `BETWEEN` where it was said: PostgreSQL reads `(x AND y) AND z` as one list of three, and keeps a range apart.
fn with_ranges(mut text: String) -> String {
    while let Some((place, range)) = range(&text) {
        text.replace_range(place, &range);
    }
    text
}

/// The first range that the text shows as two comparisons before another `AND`, or `OR`.
fn range(text: &str) -> Option<(Range<usize>, String)> {
    const RANGES: [[&str; 4]; 2] = [[" AND ", " >= ", " <= ", "BETWEEN"], [" OR ", " < ", " > ", "NOT BETWEEN"]];
    let is_first = |it: &usize| text[..*it].ends_with('(') && text[*it..].starts_with("((");
    let opens = unquoted(text).map(|it| it.0).filter(is_first);
    let at = |open: usize, [word, low, high, between]: [&str; 4]| {
        let (middle, close) = (closing(text, open + 1)?, closing(text, open)?);
        let next = middle + 1 + word.len();
        let is_pair = text[middle + 1..].starts_with(word) && closing(text, next)? + 1 == close;
        let (one, two) = (&text[open + 2..middle], text.get(next + 1..close - 1).filter(|_| is_pair)?);
        let is_before = text[close + 1..].starts_with(word);
        let splits = unquoted(one).map(|it| it.0).filter(|it| is_before && one[*it..].starts_with(low));
        let split = |at: usize| Some((&one[..at], &one[at + low.len()..], two.strip_prefix(&one[..at])?.strip_prefix(high)?));
        let (value, from, to) = splits.filter_map(split).next()?;
        Some((open..close + 1, format!("({value} {between} {from} AND {to})")))
    };
    opens.flat_map(|open| RANGES.into_iter().map(move |it| (open, it))).find_map(|(open, it)| at(open, it))
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
    #[test]
    fn a_range_is_written_as_one_where_it_would_be_merged_with_what_follows() {
        let written = |printed: &str| with_ranges(printed.to_owned());
        assert_eq!(
            written("CHECK ((((a >= 1) AND (a <= 10)) AND ((b >= 1) AND (b <= 2)) AND (c > 0)))"),
            "CHECK (((a BETWEEN 1 AND 10) AND ((b >= 1) AND (b <= 2)) AND (c > 0)))"
        );
        assert_eq!(
            written("CHECK ((((f(a) < 1) OR (f(a) > 10)) OR (b = 3)))"),
            "CHECK (((f(a) NOT BETWEEN 1 AND 10) OR (b = 3)))"
        );
        let left_alone = [
            "CHECK (((a >= 1) AND (a <= 10)))",
            "CHECK (((a >= 1) AND (a <= 10) AND (b > 0)))",
            "CHECK ((((a >= 1) AND (b <= 10)) AND (b > 0)))",
            "CHECK (((('x >= y'::text >= c) AND ('x <= y'::text <= c)) AND (b > 0)))",
        ];
        assert_eq!(left_alone.map(written), left_alone);
    }
}
