//! Text search configurations (`pg_ts_config`), with the dictionaries that each kind of token passes through.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct TextSearchConfiguration;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    parser: [String; 2],
    mappings: BTreeMap<String, Vec<String>>,
}

/// One statement for all tokens with the same dictionaries; `verb` is `ADD` or `ALTER`.
fn map(object: &Object, verb: &str, mappings: &[(&String, &Vec<String>)]) -> Vec<Step> {
    let mut tokens: BTreeMap<&Vec<String>, Vec<String>> = BTreeMap::new();
    for (token, dictionaries) in mappings {
        tokens.entry(dictionaries).or_default().push(sql::name(token));
    }
    let head = format!("ALTER TEXT SEARCH CONFIGURATION {} {verb} MAPPING FOR", sql::path(&object.id.path));
    tokens.iter().map(|(with, tokens)| Step::new(format!("{head} {} WITH {}", tokens.join(", "), with.join(", ")))).collect()
}

impl Kind for TextSearchConfiguration {
    fn name(&self) -> &'static str {
        "text_search_configuration"
    }

    fn query(&self) -> &'static str {
        include_str!("text_search_configuration.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_ts_config WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let Attrs { parser, mappings } = object.read()?;
        let (name, parser) = (sql::path(&object.id.path), sql::path(&parser));
        let mut steps = vec![Step::new(format!("CREATE TEXT SEARCH CONFIGURATION {name} (PARSER = {parser})"))];
        steps.extend(map(object, "ADD", &mappings.iter().collect::<Vec<_>>()));
        Ok(steps)
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(super::dropped("TEXT SEARCH CONFIGURATION", object, context))
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if old.parser != new.parser {
            return Ok(Alteration::Rebuild);
        }
        let gone: Vec<String> =
            old.mappings.keys().filter(|it| !new.mappings.contains_key(*it)).map(|it| sql::name(it)).collect();
        let (known, added): (Vec<_>, Vec<_>) = new.mappings.iter().partition(|(token, _)| old.mappings.contains_key(*token));
        let changed: Vec<_> = known.into_iter().filter(|(token, with)| old.mappings.get(*token) != Some(with)).collect();
        let mut steps = Vec::new();
        if !gone.is_empty() {
            let name = sql::path(&to.id.path);
            steps.push(Step::new(format!("ALTER TEXT SEARCH CONFIGURATION {name} DROP MAPPING FOR {}", gone.join(", "))));
        }
        steps.extend(map(to, "ALTER", &changed));
        steps.extend(map(to, "ADD", &added));
        Ok(Alteration::Steps(steps))
    }
}
