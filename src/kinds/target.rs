//! How a statement names its object: from the words of `pg_identify_object` to those of SQL.

use serde::Deserialize;

use crate::catalog::Id;
use crate::sql;

/// `type` and `identity` of `pg_identify_object`; the identity is qualified and quoted by the server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Target {
    /// For example `table column`.
    #[serde(rename = "_type")]
    kind: String,
    /// For example `public.devices.location`.
    #[serde(rename = "_identity")]
    identity: String,
}

impl Target {
    /// The object's id, where `part` stands below nothing of ours and begins with these words.
    pub(super) fn of_part(&self, part: &Id) -> Option<Id> {
        let is_given = part.path.first() == Some(&self.kind) && part.path.get(1) == Some(&self.identity);
        let kind = if self.kind == "procedure" { "function".to_owned() } else { self.kind.replace([' ', '-'], "_") };
        let routine = ["function", "aggregate"].contains(&kind.as_str()).then(|| self.identity.split_once('(')).flatten();
        let path = match routine {
            Some((name, arguments)) => [sql::parts(name), vec![arguments.trim_end_matches(')').to_owned()]].concat(),
            None => sql::parts(&self.identity),
        };
        is_given.then_some(Id { kind, path })
    }

    /// As in `COMMENT ON …` and `ALTER … OWNER TO`: `TABLE public.devices`, `CONSTRAINT c ON DOMAIN public.d`.
    pub(super) fn words(&self) -> String {
        let identity = &self.identity;
        match self.kind.as_str() {
            "domain constraint" => placed(identity, |name, domain| format!("CONSTRAINT {name} ON DOMAIN {domain}")),
            "table constraint" => placed(identity, |name, table| format!("CONSTRAINT {name} ON {table}")),
            "trigger" | "policy" | "rule" => {
                placed(identity, |name, table| format!("{} {name} ON {table}", self.kind.to_uppercase()))
            }
            "composite type" | "domain" => format!("TYPE {identity}"),
            "foreign-data wrapper" => format!("FOREIGN DATA WRAPPER {identity}"),
            "statistics object" => format!("STATISTICS {identity}"),
            "aggregate" => format!("AGGREGATE {}", identity.strip_suffix("()").map_or(identity.clone(), |it| format!("{it}(*)"))),
            "transform" => {
                format!("TRANSFORM {}", identity.replacen(" on language ", " LANGUAGE ", 1).replacen("for ", "FOR ", 1))
            }
            "server" => format!("SERVER {identity}"),
            it if it.ends_with(" column") => format!("COLUMN {identity}"),
            it => format!("{} {identity}", it.to_uppercase()),
        }
    }

    /// As in `GRANT … ON`, where relations are all tables and routines all functions or procedures.
    pub(super) fn granted(&self) -> String {
        let identity = &self.identity;
        match self.kind.as_str() {
            "table" | "view" | "materialized view" | "foreign table" => format!("TABLE {identity}"),
            "aggregate" => format!("FUNCTION {identity}"),
            "server" => format!("FOREIGN SERVER {identity}"),
            _ => self.words(),
        }
    }
}

/// The words for `name on place`, either of which may be quoted.
fn placed(identity: &str, words: impl Fn(&str, &str) -> String) -> String {
    let is_outside = |at: &usize| identity[..*at].matches('"').count().is_multiple_of(2);
    let at = identity.match_indices(" on ").map(|it| it.0).find(is_outside);
    at.map_or(identity.to_owned(), |at| words(&identity[..at], &identity[at + " on ".len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_named_with_its_place() {
        let target = |kind: &str, identity: &str| Target { kind: kind.to_owned(), identity: identity.to_owned() }.words();
        assert_eq!(target("table constraint", "c on public.t"), "CONSTRAINT c ON public.t");
        assert_eq!(target("trigger", "\"a on b\" on public.\"x on y\""), "TRIGGER \"a on b\" ON public.\"x on y\"");
        assert_eq!(target("domain constraint", "\"a on \"\"b\" on public.d"), "CONSTRAINT \"a on \"\"b\" ON DOMAIN public.d");
    }
}
