//! Access methods of tables and indexes (`pg_am`).

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct AccessMethod;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    r#type: String,
    handler: String,
}

impl Kind for AccessMethod {
    fn name(&self) -> &'static str {
        "access_method"
    }

    fn query(&self) -> &'static str {
        include_str!("access_method.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_am WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let Attrs { r#type, handler } = object.read()?;
        Ok(vec![Step::new(format!("CREATE ACCESS METHOD {} TYPE {} HANDLER {handler}", sql::path(&object.id.path), r#type))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(super::dropped("ACCESS METHOD", object, context))
    }

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }
}
