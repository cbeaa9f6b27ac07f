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
    fn steps(&self, from: &BTreeSet<String>, to: &BTreeSet<String>, context: &Context<'_>) -> Vec<Step> {
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
        // Who runs the migration need not be named, and is another one where it runs elsewhere.
        let own = self.creator == context.server.role;
        let creator = if own { String::new() } else { format!(" FOR ROLE {}", sql::name(&self.creator)) };
        let head = format!("ALTER DEFAULT PRIVILEGES{creator}{schema}");
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

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_default_acl")
    }

    fn section(&self) -> Section {
        Section::Last
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        Ok(attrs.steps(&attrs.base, &attrs.privileges, context))
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        Ok(attrs.steps(&attrs.privileges, &attrs.base, context))
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        Ok(Alteration::Steps(new.steps(&old.privileges, &new.privileges, context)))
    }
}
