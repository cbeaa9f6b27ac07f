//! Words that became keywords in a newer PostgreSQL than the one that a text was written by: quoted, each version reads them as names.

/// What is a keyword since 16 or 17 and cannot be a parameter's, a type's or a function's name any more (manual, SQL Key Words). Older
/// servers take and print them without quotes.
const WORDS: [&str; 12] = [
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "merge_action",
];

/// Whether a name is one of those words.
pub(crate) fn is_late(name: &str) -> bool {
    WORDS.contains(&name)
}

/// The text with such a word in quotes, where it stands right before the byte at which a parser stops, or there.
pub(crate) fn quoted_at(text: &str, stops: usize) -> Option<String> {
    let (before, after) = text.split_at_checked(stops)?;
    let of_word = |it: &char| it.is_ascii_alphanumeric() || *it == '_';
    let end = before.trim_end().len();
    let start = end - before[..end].chars().rev().take_while(of_word).count();
    let next = stops + after.chars().take_while(of_word).count();
    let quoted = |word: std::ops::Range<usize>| {
        let name = text[word.clone()].to_lowercase();
        is_late(&name).then(|| format!("{}\"{name}\"{}", &text[..word.start], &text[word.end..]))
    };
    quoted(start..end).or_else(|| quoted(stops..next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_keyword_is_quoted() {
        let sql = "CREATE FUNCTION é(JSON jsonb)";
        assert_eq!(quoted_at(sql, sql.rfind("jsonb").unwrap()).unwrap(), "CREATE FUNCTION é(\"json\" jsonb)");
        let sql = "f(int, json_array int)";
        assert_eq!(quoted_at(sql, 7).unwrap(), "f(int, \"json_array\" int)");
        assert_eq!(quoted_at("CREATE TABLE user (a int)", 18), None);
        assert_eq!(quoted_at("f(\"json\" jsonb)", 9), None);
        assert_eq!(quoted_at("f(myjson jsonb)", 9), None);
    }
}
