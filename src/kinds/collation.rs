//! Collations (`pg_collation`). The version of a collation library is state, never a difference.

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct Collation;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    provider: String,
    locale: Option<String>,
    lc_collate: Option<String>,
    lc_ctype: Option<String>,
    rules: Option<String>,
    deterministic: bool,
    /// A copy of `"C"` or `"POSIX"`, which no locale gives; `pg_dump` writes it as one of the database's encoding.
    #[serde(rename = "_any_encoding")]
    any_encoding: bool,
}

impl Kind for Collation {
    fn name(&self) -> &'static str {
        "collation"
    }

    fn query(&self) -> &'static str {
        include_str!("collation.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_collation WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let Attrs { provider, locale, lc_collate, lc_ctype, rules, deterministic, any_encoding } = object.read()?;
        if let Some(copied) = lc_collate.as_ref().filter(|it| any_encoding && ["C", "POSIX"].contains(&it.as_str())) {
            let copied = sql::path(&["pg_catalog".to_owned(), copied.clone()]);
            return Ok(vec![Step::new(format!("CREATE COLLATION {} FROM {copied}", sql::path(&object.id.path)))]);
        }
        let one = if lc_collate == lc_ctype { lc_collate.clone() } else { None };
        let mut options = vec![format!("PROVIDER = {provider}")];
        let mut add =
            |name: &str, value: Option<String>| options.extend(value.map(|it| format!("{name} = {}", sql::literal(&it))));
        if let Some(one) = locale.or(one) {
            add("LOCALE", Some(one));
        } else {
            add("LC_COLLATE", lc_collate);
            add("LC_CTYPE", lc_ctype);
        }
        add("RULES", rules);
        if !deterministic {
            options.push("DETERMINISTIC = false".to_owned());
        }
        Ok(vec![Step::new(format!("CREATE COLLATION {} ({})", sql::path(&object.id.path), options.join(", ")))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(super::dropped("COLLATION", object, context))
    }

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }

    fn step_aside(&self, object: &Object, context: &Context<'_>) -> Option<(Step, Step)> {
        super::aside("COLLATION", object, context)
    }
}
