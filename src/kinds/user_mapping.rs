//! User mappings (`pg_user_mapping`). The path is the server and the role, or `public`, which no role can be called.
//!
//! The options hold passwords: `None` where this role may not read them; what cannot be read is not compared.

use serde::Deserialize;

use super::foreign_options::{self, Options};
use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct UserMapping;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    #[serde(rename = "secret_options")]
    options: Option<Options>,
}

fn target(object: &Object) -> String {
    let role = if object.name(1) == "public" { "PUBLIC".to_owned() } else { sql::name(object.name(1)) };
    format!("FOR {role} SERVER {}", sql::name(object.name(0)))
}

impl Kind for UserMapping {
    fn name(&self) -> &'static str {
        "user_mapping"
    }

    fn query(&self) -> &'static str {
        include_str!("user_mapping.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_foreign_server WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Foreign
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let options = attrs.options.as_ref().map_or(String::new(), foreign_options::list);
        let step = Step::new(format!("CREATE USER MAPPING {}{options}", target(object)));
        let unread = || Hazard::Irreversible(format!("options of the user mapping {} are not readable", target(object)));
        Ok(vec![if attrs.options.is_none() { step.risks(unread()) } else { step }])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("DROP USER MAPPING {}{}", context.if_exists(), target(object)))])
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let clause = match (&old.options, &new.options) {
            (Some(old), Some(new)) => foreign_options::clause(old, new),
            _ => None,
        };
        let step = |clause: String| Step::new(format!("ALTER USER MAPPING {} {clause}", target(to)));
        Ok(Alteration::Steps(clause.into_iter().map(step).collect()))
    }

    fn goes_by_itself(&self, _: &Object, _: &Context<'_>) -> bool {
        true // DROP SERVER refuses while it has user mappings
    }
}
