//! How a statement names its object: from the words of `pg_identify_object` to those of SQL.

use serde::Deserialize;

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
    /// As in `COMMENT ON …` and `ALTER … OWNER TO`: `TABLE public.devices`, `CONSTRAINT c ON DOMAIN public.d`.
    pub(super) fn words(&self) -> String {
        let identity = &self.identity;
        match self.kind.as_str() {
            "domain constraint" => identity
                .split_once(" on ")
                .map_or(identity.clone(), |(name, domain)| format!("CONSTRAINT {name} ON DOMAIN {domain}")),
            "table constraint" => format!("CONSTRAINT {identity}"),
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
