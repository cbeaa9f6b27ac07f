//! Casts (`pg_cast`). The path is the source and the target type, written as SQL.

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::{Id, Object};
use crate::error::Result;

pub(super) struct Cast;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    method: Method,
    function: Option<String>,
    context: When,
}

#[derive(PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Method {
    Function,
    Inout,
    Binary,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum When {
    Explicit,
    Assignment,
    Implicit,
}

impl Kind for Cast {
    fn name(&self) -> &'static str {
        "cast"
    }

    fn query(&self) -> &'static str {
        include_str!("cast.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_cast WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let Attrs { method, function, context } = object.read()?;
        let how = match (method, function) {
            (Method::Function, Some(it)) => format!("WITH FUNCTION {it}"),
            (Method::Inout, _) => "WITH INOUT".to_owned(),
            _ => "WITHOUT FUNCTION".to_owned(),
        };
        let when = match context {
            When::Explicit => "",
            When::Assignment => " AS ASSIGNMENT",
            When::Implicit => " AS IMPLICIT",
        };
        Ok(vec![Step::new(format!("CREATE CAST ({} AS {}) {how}{when}", object.name(0), object.name(1)))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("DROP CAST {}({} AS {})", context.if_exists(), object.name(0), object.name(1)))])
    }

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }

    /// A function may take and give types that are only binary-coercible to those of its cast, by other casts (manual, CREATE CAST).
    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let method = |it: &Object| it.read::<Attrs>().ok().map(|it| it.method);
        if method(object) != Some(Method::Function) {
            return Vec::new();
        }
        let shares = |it: &&Object| it.name(0) == object.name(0) || it.name(1) == object.name(1);
        let coerces = |it: &&Object| method(it) == Some(Method::Binary);
        context.to.of_kind("cast").filter(shares).filter(coerces).map(|it| it.id.clone()).collect()
    }
}
