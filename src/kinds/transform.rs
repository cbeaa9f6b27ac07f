//! Transforms between a type and a procedural language (`pg_transform`). The path is the type, written as SQL, and the language.

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct Transform;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    from_sql: Option<String>,
    to_sql: Option<String>,
}

fn target(object: &Object) -> String {
    format!("FOR {} LANGUAGE {}", object.name(0), sql::name(object.name(1)))
}

fn statement(verb: &str, object: &Object) -> Result<Step> {
    let Attrs { from_sql, to_sql } = object.read()?;
    let from = from_sql.map(|it| format!("FROM SQL WITH FUNCTION {it}"));
    let to = to_sql.map(|it| format!("TO SQL WITH FUNCTION {it}"));
    let functions: Vec<String> = from.into_iter().chain(to).collect();
    Ok(Step::new(format!("{verb} TRANSFORM {} ({})", target(object), functions.join(", "))))
}

impl Kind for Transform {
    fn name(&self) -> &'static str {
        "transform"
    }

    fn query(&self) -> &'static str {
        include_str!("transform.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_transform WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![statement("CREATE", object)?])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("DROP TRANSFORM {}{}", context.if_exists(), target(object)))])
    }

    fn alter(&self, _: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Steps(vec![statement("CREATE OR REPLACE", to)?]))
    }
}
