//! Operator families (`pg_opfamily`). Their loose members are of the kind `operator_family_member`.

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct OperatorFamily;

impl Kind for OperatorFamily {
    fn name(&self) -> &'static str {
        "operator_family"
    }

    fn query(&self) -> &'static str {
        include_str!("operator_family.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_opfamily WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("CREATE OPERATOR FAMILY {}", using(object)))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("DROP OPERATOR FAMILY {}{}", context.if_exists(), using(object)))])
    }

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }
}

/// `public.f USING btree`: classes, families and their members all start their path with these three.
pub(super) fn using(object: &Object) -> String {
    let names = object.id.path.get(..2).unwrap_or_default();
    format!("{} USING {}", sql::path(names), sql::name(object.name(2)))
}
