//! Default privileges (`pg_default_acl`): what objects that a role creates later are born with.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::grant::Change;
use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct DefaultGrant;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    creator: String,
    schema: Option<String>,
    objects: char,
    grantee: Option<String>,
    privileges: BTreeSet<String>,
    base: BTreeSet<String>,
}

impl Attrs {
    fn steps(&self, from: &BTreeSet<String>, to: &BTreeSet<String>) -> Vec<Step> {
        let on = match self.objects {
            'S' => "SEQUENCES",
            'f' => "FUNCTIONS",
            'T' => "TYPES",
            'n' => "SCHEMAS",
            'L' => "LARGE OBJECTS",
            _ => "TABLES",
        };
        let grantee = self.grantee.as_ref().map_or("PUBLIC".to_owned(), |it| sql::name(it));
        let schema = self.schema.as_ref().map_or(String::new(), |it| format!(" IN SCHEMA {}", sql::name(it)));
        let head = format!("ALTER DEFAULT PRIVILEGES FOR ROLE {}{schema}", sql::name(&self.creator));
        let change = Change { on: on.to_owned(), column: None, grantee };
        change.statements(from, to).into_iter().map(|it| Step::new(format!("{head} {it}"))).collect()
    }
}

impl Kind for DefaultGrant {
    fn name(&self) -> &'static str {
        "default_grant"
    }

    fn query(&self) -> &'static str {
        include_str!("default_grant.sql")
    }

    fn section(&self) -> Section {
        Section::Last
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        Ok(attrs.steps(&attrs.base, &attrs.privileges))
    }

    fn drop(&self, object: &Object, _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        Ok(attrs.steps(&attrs.privileges, &attrs.base))
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        Ok(Alteration::Steps(new.steps(&old.privileges, &new.privileges)))
    }
}
