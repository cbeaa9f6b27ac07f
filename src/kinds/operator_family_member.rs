//! Operators and functions that belong to an operator family but to none of its classes (`pg_amop`, `pg_amproc`).

use serde::Deserialize;

use super::operator_family::using;
use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct OperatorFamilyMember;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    /// The operator or function with its argument types.
    is: String,
    /// For an ordering operator: the btree family that orders its results.
    sort_family: Option<Vec<String>>,
}

impl Kind for OperatorFamilyMember {
    fn name(&self) -> &'static str {
        "operator_family_member"
    }

    fn query(&self) -> &'static str {
        include_str!("operator_family_member.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("(SELECT oid FROM pg_catalog.pg_amop UNION ALL SELECT oid FROM pg_catalog.pg_amproc) m WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let number = object.name(4);
        let member = match object.name(3) {
            "operator" => operator(number, &attrs.is, attrs.sort_family.as_deref()),
            _ => format!("FUNCTION {number} ({}, {}) {}", object.name(5), object.name(6), attrs.is),
        };
        Ok(vec![Step::new(format!("ALTER OPERATOR FAMILY {} ADD {member}", using(object)))])
    }

    fn drop(&self, object: &Object, _: &Context<'_>) -> Result<Vec<Step>> {
        let what = if object.name(3) == "operator" { "OPERATOR" } else { "FUNCTION" };
        let member = format!("{what} {} ({}, {})", object.name(4), object.name(5), object.name(6));
        Ok(vec![Step::new(format!("ALTER OPERATOR FAMILY {} DROP {member}", using(object)))])
    }

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }
}

/// `OPERATOR 15 <->(box,point) FOR ORDER BY pg_catalog.float_ops`.
pub(super) fn operator(number: impl std::fmt::Display, operator: &str, sort_family: Option<&[String]>) -> String {
    let order = sort_family.map_or(String::new(), |it| format!(" FOR ORDER BY {}", sql::path(it)));
    format!("OPERATOR {number} {operator}{order}")
}
