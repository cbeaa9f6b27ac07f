//! Quoting, and nothing else: every name and every literal that reaches a statement passes here.

use crate::lock::Mode;

/// The longest name of PostgreSQL's, in bytes (`NAMEDATALEN` - 1).
pub const LONGEST: usize = 63;

/// Words that need quotes as a name: all keywords of PostgreSQL 14 to 18 that are not unreserved (`pg_get_keywords()`),
/// sorted.
const KEYWORDS: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
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
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "merge_action",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

/// One identifier, quoted where it must be.
pub fn name(name: &str) -> String {
    let plain = name.starts_with(|it: char| it.is_ascii_lowercase() || it == '_')
        && name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
        && KEYWORDS.binary_search(&name).is_err();
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// A qualified name: `public.devices`.
pub fn path<P: AsRef<str>>(names: &[P]) -> String {
    names.iter().map(|it| name(it.as_ref())).collect::<Vec<_>>().join(".")
}

/// The names in a path, as [`path`] writes it.
pub fn parts(path: &str) -> Vec<String> {
    let (mut parts, mut quoted) = (vec![String::new()], false);
    let mut characters = path.chars().peekable();
    while let Some(it) = characters.next() {
        match it {
            '"' if quoted && characters.next_if_eq(&'"').is_some() => parts.last_mut().map_or((), |part| part.push('"')),
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            it => parts.last_mut().map_or((), |part| part.push(it)),
        }
    }
    parts
}

/// A list of identifiers: `a, "B"`.
pub fn names<P: AsRef<str>>(names: &[P]) -> String {
    names.iter().map(|it| name(it.as_ref())).collect::<Vec<_>>().join(", ")
}

/// Keeps all others off a table, written as a path, until the transaction ends. What a transaction does to a table later that needs this
/// lock begins with it: from a weaker one it would run into a deadlock with who has read the table and then waits to write.
pub fn lock(table: &str) -> String {
    format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
}

/// The lock of a table, written as a path, without its partitions and children.
pub fn lock_only(table: &str, mode: Mode) -> String {
    format!("LOCK TABLE ONLY {table} IN {mode} MODE")
}

/// Keeps all others off a view, and not off what it reads, until the transaction ends: it stays where it is. `LOCK TABLE` would lock all
/// that it reads as well.
pub fn lock_view(path: &[String]) -> String {
    format!("ALTER VIEW {} SET SCHEMA {}", self::path(path), path.first().map_or(String::new(), |it| name(it)))
}

/// A string literal; with a backslash in it as `E'...'`, so that it means the same under any `standard_conforming_strings`.
pub fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if text.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

/// A dollar-quoted string whose tag does not occur in it: for routine bodies.
pub fn dollar(text: &str) -> String {
    let mut tag = String::from("$$");
    let mut number = 0;
    while text.contains(&tag[..tag.len() - 1]) {
        number += 1;
        tag = if number == 1 { "$body$".to_owned() } else { format!("$body{number}$") };
    }
    format!("{tag}{text}{tag}")
}

/// The text inside a one-line comment: line breaks would end it.
pub fn comment(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keywords_are_sorted_for_the_binary_search() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn hostile_names_are_quoted_and_plain_ones_are_not() {
        assert_eq!(name("devices"), "devices");
        assert_eq!(name("order"), "\"order\"");
        assert_eq!(name("a\"; drop table x"), "\"a\"\"; drop table x\"");
        assert_eq!(path(&["public", "Größe"]), "public.\"Größe\"");
    }

    #[test]
    fn a_path_is_read_as_it_is_written() {
        for names in [vec!["public", "orders"], vec!["a.b", "c\"d"], vec!["Größe", ""]] {
            assert_eq!(parts(&path(&names)), names);
        }
    }

    #[test]
    fn a_dollar_quote_never_ends_early() {
        assert_eq!(dollar("a"), "$$a$$");
        assert_eq!(dollar("a $$ $body$"), "$body2$a $$ $body$$body2$");
        assert_eq!(dollar("ends in $"), "$body$ends in $$body$");
    }

    #[test]
    fn literals_with_backslashes_mean_the_same_everywhere() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal("a\\b"), "E'a\\\\b'");
    }
}
