//! Extended statistics (`pg_statistic_ext`).

use serde::Deserialize;

use super::{Alteration, Beside, Context, Folded, Kind, Section, Step, rename};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct Statistics;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    definition: String,
    target: Option<i32>,
}

impl Kind for Statistics {
    fn name(&self) -> &'static str {
        "statistics"
    }

    fn query(&self) -> &'static str {
        include_str!("statistics.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_statistic_ext WHERE oid >= 16384")
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        rename::whole("STATISTICS", from, to, context)
    }

    fn same_but_name(&self, old: &Object, new: &Object) -> bool {
        let nameless = |it: &Object| {
            let attrs: Attrs = it.read().ok()?;
            Some((attrs.definition.replacen(&sql::path(&it.id.path), "", 1), attrs.target))
        };
        old.name(0) == new.name(0) && old.parent == new.parent && nameless(old).is_some() && nameless(old) == nameless(new)
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn touches_rows(&self) -> bool {
        false
    }

    fn beside(&self, _: &Object, _: &Id) -> Beside {
        Beside::Both
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let mut steps = vec![Step::new(attrs.definition)];
        steps.extend(attrs.target.map(|it| target(object, it)));
        Ok(steps)
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("DROP STATISTICS {}{}", context.if_exists(), sql::path(&object.id.path)))])
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if old.definition != new.definition {
            return Ok(Alteration::Rebuild);
        }
        Ok(Alteration::Steps(vec![target(to, new.target.unwrap_or(-1))]))
    }
}

fn target(object: &Object, value: i32) -> Step {
    Step::new(format!("ALTER STATISTICS {} SET STATISTICS {value}", sql::path(&object.id.path)))
}
