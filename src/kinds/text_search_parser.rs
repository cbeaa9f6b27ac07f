//! Text search parsers (`pg_ts_parser`).

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct TextSearchParser;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    start: String,
    gettoken: String,
    end: String,
    lextypes: String,
    headline: Option<String>,
}

impl Kind for TextSearchParser {
    fn name(&self) -> &'static str {
        "text_search_parser"
    }

    fn query(&self) -> &'static str {
        include_str!("text_search_parser.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_ts_parser WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let Attrs { start, gettoken, end, lextypes, headline } = object.read()?;
        let headline = headline.map_or(String::new(), |it| format!(", HEADLINE = {it}"));
        Ok(vec![Step::new(format!(
            "CREATE TEXT SEARCH PARSER {} (START = {start}, GETTOKEN = {gettoken}, END = {end}, LEXTYPES = {lextypes}{headline})",
            sql::path(&object.id.path)
        ))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(super::dropped("TEXT SEARCH PARSER", object, context))
    }

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }
}
