//! Tables of publications (`pg_publication_rel`), with row filter and column list.

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step, published};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct PublicationTable;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    columns: Option<Vec<String>>,
    filter: Option<String>,
    #[serde(rename = "_descendants")]
    descendants: bool,
}

fn head(object: &Object) -> String {
    format!("ALTER PUBLICATION {}", sql::name(object.name(0)))
}

fn definition(object: &Object) -> Result<String> {
    let attrs: Attrs = object.read()?;
    let only = if attrs.descendants { "ONLY " } else { "" };
    let columns = attrs.columns.map_or(String::new(), |it| format!(" ({})", sql::names(&it)));
    let filter = attrs.filter.map_or(String::new(), |it| format!(" WHERE ({it})"));
    Ok(format!("{only}{}{columns}{filter}", sql::path(&object.id.path[1..])))
}

impl Kind for PublicationTable {
    fn name(&self) -> &'static str {
        "publication_table"
    }

    fn query(&self) -> &'static str {
        include_str!("publication_table.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_publication_rel WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Last
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("{} ADD TABLE {}", head(object), definition(object)?))])
    }

    fn inline(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Option<String>> {
        definition(object).map(Some)
    }

    fn drop(&self, object: &Object, _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let only = if attrs.descendants { "ONLY " } else { "" };
        Ok(vec![Step::new(format!("{} DROP TABLE {only}{}", head(object), sql::path(&object.id.path[1..])))])
    }

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }

    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        published::filled(&object.id.path[..1], context.to, context)
    }

    fn precedes(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        published::filled(&object.id.path[..1], context.from, context)
    }

    fn goes_with(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        context.from.needs(&object.id).filter(|it| it.path == object.id.path[1..]).cloned().collect()
    }
}
