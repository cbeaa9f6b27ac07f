//! Comments on anything (`pg_description`).

use serde::Deserialize;

use super::target::Target;
use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct Comment;

#[derive(Deserialize)]
struct Attrs {
    comment: String,
    #[serde(flatten)]
    target: Target,
}

impl Kind for Comment {
    fn name(&self) -> &'static str {
        "comment"
    }

    fn query(&self) -> &'static str {
        include_str!("comment.sql")
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn follows_parent(&self) -> bool {
        true
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        Ok(vec![Step::new(format!("COMMENT ON {} IS {}", attrs.target.words(), sql::literal(&attrs.comment))).anywhere()])
    }

    fn drop(&self, object: &Object, _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        Ok(vec![Step::new(format!("COMMENT ON {} IS NULL", attrs.target.words())).anywhere()])
    }

    fn alter(&self, _: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Steps(self.create(to, &[], context)?))
    }
}
