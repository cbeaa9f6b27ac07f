//! Statements that give another name, in words.

use crate::shape::Words;

use super::names::{code, locked_view};

/// What a statement renames or moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rename<'a> {
    /// The kind of what has the other name, as SQL calls it: `TABLE`, `COLUMN`, `VALUE`.
    pub(super) what: &'static str,
    /// Its name before.
    pub(super) old: &'a str,
    /// What it is a part of.
    pub(super) of: Option<&'a str>,
    /// The new name, or the new schema.
    pub(super) new: &'a str,
    /// Whether it goes to another schema instead.
    pub(super) moves: bool,
}

const WHOLES: &[&str] = &[
    "FOREIGN TABLE",
    "TABLE",
    "MATERIALIZED VIEW",
    "VIEW",
    "SEQUENCE",
    "INDEX",
    "TYPE",
    "DOMAIN",
    "FUNCTION",
    "PROCEDURE",
    "AGGREGATE",
    "SCHEMA",
    "STATISTICS",
];

const ON_TABLES: &[&str] = &["TRIGGER", "POLICY", "RULE"];

const PARTS: &[&str] = &["COLUMN", "CONSTRAINT", "ATTRIBUTE", "VALUE"];

/// What no code names.
const CALLED_BY_NOTHING: &[&str] = &["INDEX", "STATISTICS", "TRIGGER", "POLICY", "RULE", "CONSTRAINT"];

/// Reads `ALTER … RENAME …` and `ALTER … SET SCHEMA …`; nothing else is one.
pub(super) fn rename(sql: &str) -> Option<Rename<'_>> {
    let mut words = Words::new(sql);
    words.accept("ALTER").then_some(())?;
    if let Some(what) = ON_TABLES.iter().copied().find(|it| words.accept(it)) {
        let old = words.path()?;
        words.accept("ON").then_some(())?;
        let of = words.path()?;
        words.accept("RENAME TO").then_some(())?;
        return Some(Rename { what, old, of: Some(of), new: words.path()?, moves: false });
    }
    let what = WHOLES.iter().copied().find(|it| words.accept(it))?;
    while ["IF EXISTS", "ONLY"].iter().any(|it| words.accept(it)) {}
    let start = words.rest();
    words.path()?;
    if words.peek() == Some("(") {
        while words.next()? != ")" {}
    }
    let whole = start.get(..start.len() - words.rest().len())?.trim_end();
    let moves = words.accept("SET SCHEMA") && locked_view(sql).is_none();
    if moves || words.accept("RENAME TO") {
        return Some(Rename { what, old: whole, of: None, new: words.path()?, moves });
    }
    words.accept("RENAME").then_some(())?;
    let what = PARTS.iter().copied().find(|it| words.accept(it))?;
    let old = words.next()?;
    words.accept("TO").then_some(())?;
    Some(Rename { what, old, of: Some(whole), new: words.next()?, moves: false })
}

impl Rename<'_> {
    /// ``Rename column `note` of `public.orders` to `remark` ``
    pub(super) fn sentence(&self) -> String {
        let of = self.of.map_or(String::new(), |it| format!(" of {}", code(it)));
        let (verb, to) = if self.moves { ("Move", "to schema") } else { ("Rename", "to") };
        format!("{verb} {} {}{of} {to} {}", self.word(), code(self.old), code(self.new))
    }

    /// What code must know of it; nothing where code does not use the name.
    pub(super) fn demand(&self) -> Option<String> {
        if CALLED_BY_NOTHING.contains(&self.what) {
            return None;
        }
        let of = self.of.map_or(String::new(), |it| format!(" of {}", code(it)));
        let must = if self.moves { "look for it in" } else { "say" };
        let (what, old, new) = (self.word(), code(self.old), code(self.new));
        Some(format!("Code that names {what} {old}{of} must {must} {new} from this migration on."))
    }

    /// Whether it gets the name that another of its kind had.
    pub(super) fn takes(&self, other: &Rename<'_>) -> bool {
        let schema = |it: &str| it.strip_suffix(&format!(".{}", it.rsplit('.').next()?)).map(str::to_owned);
        let whole = schema(self.old).map_or(self.new.to_owned(), |it| format!("{it}.{}", self.new));
        self.what == other.what && self.of == other.of && (self.new == other.old || self.of.is_none() && whole == other.old)
    }

    /// Its kind for people.
    pub(super) fn word(&self) -> String {
        if self.what == "VALUE" { "label".to_owned() } else { self.what.to_lowercase() }
    }

    /// Whether an object of its own has the other name, and one that a reader would look for.
    pub(super) fn is_whole(&self) -> bool {
        self.of.is_none() && self.what != "INDEX"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_rename_is_read() {
        let said = |sql: &str| rename(sql).map(|it| it.sentence()).unwrap_or_default();
        assert_eq!(said("ALTER TABLE IF EXISTS a.\"B c\" RENAME TO d"), "Rename table `a.\"B c\"` to `d`");
        assert_eq!(said("ALTER FUNCTION a.f(integer, text) SET SCHEMA b"), "Move function `a.f(integer, text)` to schema `b`");
        assert_eq!(said("ALTER TABLE a.t RENAME COLUMN x TO y"), "Rename column `x` of `a.t` to `y`");
        assert_eq!(said("ALTER TYPE a.t RENAME VALUE 'x y' TO 'z'"), "Rename label `'x y'` of `a.t` to `'z'`");
        assert_eq!(said("ALTER TRIGGER x ON a.t RENAME TO y"), "Rename trigger `x` of `a.t` to `y`");
        assert_eq!(said("ALTER TABLE a.t ADD COLUMN renamed text"), "");
    }
}
