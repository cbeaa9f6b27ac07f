//! CHECK constraints of domains (`pg_constraint` with contypid).

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct DomainConstraint;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    definition: String,
    validated: bool,
}

fn head(object: &Object) -> String {
    format!("ALTER DOMAIN {}", sql::path(&object.id.path[..2]))
}

fn definition(object: &Object, attrs: &Attrs) -> String {
    format!("CONSTRAINT {} {}", sql::name(object.name(2)), attrs.definition)
}

/// That every column of the domain is read.
fn scans(object: &Object) -> Hazard {
    Hazard::Scans(format!("every table with a column of {}", sql::path(&object.id.path[..2])))
}

impl Kind for DomainConstraint {
    fn name(&self) -> &'static str {
        "domain_constraint"
    }

    fn query(&self) -> &'static str {
        include_str!("domain_constraint.sql")
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let later = if attrs.validated { "" } else { " NOT VALID" };
        let step = Step::new(format!("{} ADD {}{later}", head(object), definition(object, &attrs)));
        Ok(vec![if attrs.validated { step.risks(scans(object)) } else { step }])
    }

    fn inline(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Option<String>> {
        let attrs: Attrs = object.read()?;
        Ok(attrs.validated.then(|| definition(object, &attrs)))
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let name = sql::name(object.name(2));
        Ok(vec![Step::new(format!("{} DROP CONSTRAINT {}{name}", head(object), context.if_exists()))])
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if old.definition != new.definition || !new.validated {
            return Ok(Alteration::Rebuild);
        }
        let step = Step::new(format!("{} VALIDATE CONSTRAINT {}", head(to), sql::name(to.name(2))));
        Ok(Alteration::Steps(vec![step.risks(scans(to))]))
    }
}
