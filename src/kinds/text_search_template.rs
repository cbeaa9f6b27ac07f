//! Text search templates (`pg_ts_template`).

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct TextSearchTemplate;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    init: Option<String>,
    lexize: String,
}

impl Kind for TextSearchTemplate {
    fn name(&self) -> &'static str {
        "text_search_template"
    }

    fn query(&self) -> &'static str {
        include_str!("text_search_template.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_ts_template WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let Attrs { init, lexize } = object.read()?;
        let init = init.map_or(String::new(), |it| format!("INIT = {it}, "));
        Ok(vec![Step::new(format!("CREATE TEXT SEARCH TEMPLATE {} ({init}LEXIZE = {lexize})", sql::path(&object.id.path)))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(super::dropped("TEXT SEARCH TEMPLATE", object, context))
    }

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }
}
