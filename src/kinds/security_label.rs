//! Security labels on anything (`pg_seclabel`), one for each label provider.

use serde::Deserialize;

use super::target::Target;
use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct SecurityLabel;

#[derive(Deserialize)]
struct Attrs {
    label: String,
    #[serde(flatten)]
    target: Target,
}

fn label(object: &Object, text: &str) -> Result<Step> {
    let attrs: Attrs = object.read()?;
    let provider = object.id.path.last().map_or(String::new(), |it| sql::name(it));
    Ok(Step::new(format!("SECURITY LABEL FOR {provider} ON {} IS {text}", attrs.target.words())))
}

impl Kind for SecurityLabel {
    fn name(&self) -> &'static str {
        "security_label"
    }

    fn query(&self) -> &'static str {
        include_str!("security_label.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some(
            "(SELECT objoid FROM pg_catalog.pg_seclabel UNION ALL SELECT objoid FROM pg_catalog.pg_shseclabel) l WHERE objoid >= 16384",
        )
    }

    fn section(&self) -> Section {
        Section::Between
    }

    fn follows_parent(&self) -> bool {
        true
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        Ok(vec![label(object, &sql::literal(&attrs.label))?])
    }

    fn drop(&self, object: &Object, _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![label(object, "NULL")?])
    }

    fn alter(&self, _: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Steps(self.create(to, &[], context)?))
    }
}
