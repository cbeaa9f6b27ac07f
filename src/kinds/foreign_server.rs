//! Foreign servers (`pg_foreign_server`).

use serde::Deserialize;

use super::foreign_options::{self, Options};
use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct ForeignServer;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    wrapper: String,
    r#type: Option<String>,
    version: Option<String>,
    options: Options,
}

impl Kind for ForeignServer {
    fn name(&self) -> &'static str {
        "foreign_server"
    }

    fn query(&self) -> &'static str {
        include_str!("foreign_server.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_foreign_server WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Foreign
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let r#type = attrs.r#type.map_or(String::new(), |it| format!(" TYPE {}", sql::literal(&it)));
        let version = attrs.version.map_or(String::new(), |it| format!(" VERSION {}", sql::literal(&it)));
        let (name, wrapper) = (sql::path(&object.id.path), sql::name(&attrs.wrapper));
        let options = foreign_options::list(&attrs.options);
        Ok(vec![Step::new(format!("CREATE SERVER {name}{type}{version} FOREIGN DATA WRAPPER {wrapper}{options}"))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(super::dropped("SERVER", object, context))
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if (&old.wrapper, &old.r#type) != (&new.wrapper, &new.r#type) {
            return Ok(Alteration::Rebuild);
        }
        let version = new.version.as_ref().map_or("VERSION NULL".to_owned(), |it| format!("VERSION {}", sql::literal(it)));
        let version = (old.version != new.version).then_some(version);
        let clauses: Vec<String> = version.into_iter().chain(foreign_options::clause(&old.options, &new.options)).collect();
        Ok(Alteration::Steps(vec![Step::new(format!("ALTER SERVER {} {}", sql::path(&to.id.path), clauses.join(" ")))]))
    }
}
