//! Foreign data wrappers (`pg_foreign_data_wrapper`).

use serde::Deserialize;

use super::foreign_options::{self, Options};
use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct ForeignDataWrapper;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    handler: Option<String>,
    validator: Option<String>,
    options: Options,
}

impl Kind for ForeignDataWrapper {
    fn name(&self) -> &'static str {
        "foreign_data_wrapper"
    }

    fn query(&self) -> &'static str {
        include_str!("foreign_data_wrapper.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_foreign_data_wrapper WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Foreign
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let handler = attrs.handler.map_or(String::new(), |it| format!(" HANDLER {it}"));
        let validator = attrs.validator.map_or(String::new(), |it| format!(" VALIDATOR {it}"));
        let options = foreign_options::list(&attrs.options);
        let name = sql::path(&object.id.path);
        Ok(vec![Step::new(format!("CREATE FOREIGN DATA WRAPPER {name}{handler}{validator}{options}"))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(super::dropped("FOREIGN DATA WRAPPER", object, context))
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let function = |word: &str, old: &Option<String>, new: &Option<String>| {
            (old != new).then(|| new.as_ref().map_or(format!("NO {word}"), |it| format!("{word} {it}")))
        };
        let clauses: Vec<String> = [
            function("HANDLER", &old.handler, &new.handler),
            function("VALIDATOR", &old.validator, &new.validator),
            foreign_options::clause(&old.options, &new.options),
        ]
        .into_iter()
        .flatten()
        .collect();
        let name = sql::path(&to.id.path);
        Ok(Alteration::Steps(vec![Step::new(format!("ALTER FOREIGN DATA WRAPPER {name} {}", clauses.join(" ")))]))
    }
}
