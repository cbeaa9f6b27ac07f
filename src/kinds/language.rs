//! Procedural languages that do not come with an extension (`pg_language`).

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct Language;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    trusted: bool,
    handler: String,
    inline: Option<String>,
    validator: Option<String>,
}

fn statement(verb: &str, object: &Object) -> Result<Step> {
    let Attrs { trusted, handler, inline, validator } = object.read()?;
    let trusted = if trusted { "TRUSTED " } else { "" };
    let inline = inline.map_or(String::new(), |it| format!(" INLINE {it}"));
    let validator = validator.map_or(String::new(), |it| format!(" VALIDATOR {it}"));
    Ok(Step::new(format!("{verb} {trusted}LANGUAGE {} HANDLER {handler}{inline}{validator}", sql::path(&object.id.path))))
}

impl Kind for Language {
    fn name(&self) -> &'static str {
        "language"
    }

    fn query(&self) -> &'static str {
        include_str!("language.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_language WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Container
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![statement("CREATE", object)?])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(super::dropped("LANGUAGE", object, context))
    }

    fn alter(&self, _: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Steps(vec![statement("CREATE OR REPLACE", to)?]))
    }
}
