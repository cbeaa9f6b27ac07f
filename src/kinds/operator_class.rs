//! Operator classes (`pg_opclass`) with their own members; always in a family that is created by itself.

use serde::Deserialize;

use super::operator_family::using;
use super::operator_family_member::operator;
use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct OperatorClass;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    #[serde(rename = "type")]
    of: String,
    default: bool,
    family: Vec<String>,
    storage: Option<String>,
    operators: Vec<Operator>,
    functions: Vec<Function>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Operator {
    number: i32,
    is: String,
    sort_family: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Function {
    number: i32,
    left: String,
    right: String,
    is: String,
}

impl Kind for OperatorClass {
    fn name(&self) -> &'static str {
        "operator_class"
    }

    fn query(&self) -> &'static str {
        include_str!("operator_class.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_opclass WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let mut parts: Vec<String> =
            attrs.operators.iter().map(|it| operator(it.number, &it.is, it.sort_family.as_deref())).collect();
        parts.extend(attrs.functions.iter().map(|it| format!("FUNCTION {} ({}, {}) {}", it.number, it.left, it.right, it.is)));
        parts.extend(attrs.storage.iter().map(|it| format!("STORAGE {it}")));
        if parts.is_empty() {
            parts.push(format!("STORAGE {}", attrs.of)); // the list may not be empty; this one says nothing
        }
        Ok(vec![Step::new(format!(
            "CREATE OPERATOR CLASS {}{} FOR TYPE {} USING {} FAMILY {} AS\n    {}",
            sql::path(object.id.path.get(..2).unwrap_or_default()),
            if attrs.default { " DEFAULT" } else { "" },
            attrs.of,
            sql::name(object.name(2)),
            sql::path(&attrs.family),
            parts.join(",\n    ")
        ))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("DROP OPERATOR CLASS {}{}", context.if_exists(), using(object)))])
    }

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }
}
