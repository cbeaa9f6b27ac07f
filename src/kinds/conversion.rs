//! Encoding conversions (`pg_conversion`).

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct Conversion;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    default: bool,
    source: String,
    target: String,
    function: String,
}

impl Kind for Conversion {
    fn name(&self) -> &'static str {
        "conversion"
    }

    fn query(&self) -> &'static str {
        include_str!("conversion.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_conversion WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let Attrs { default, source, target, function } = object.read()?;
        let default = if default { "DEFAULT " } else { "" };
        Ok(vec![Step::new(format!(
            "CREATE {default}CONVERSION {} FOR {} TO {} FROM {function}",
            sql::path(&object.id.path),
            sql::literal(&source),
            sql::literal(&target)
        ))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(super::dropped("CONVERSION", object, context))
    }

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }
}
