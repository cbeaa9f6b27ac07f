//! Defaults of columns (`pg_attrdef`).

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step, filled, numbered, table};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct DefaultValue;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    expression: String,
    /// It gives each row another value.
    #[serde(default, rename = "_volatile")]
    volatile: bool,
}

/// `ALTER TABLE ONLY t` and `ALTER COLUMN c`, for what is set column by column, each child for itself.
pub(super) fn target(object: &Object, context: &Context<'_>) -> (String, String) {
    let head = table::head(context.to, &object.id.path[..2], true);
    (head, format!("ALTER COLUMN {}", sql::name(object.name(2))))
}

/// The name of what a column can have only one of: a default or an identity.
pub(super) fn source_of_values(column: &Id) -> String {
    format!("values of {}", sql::path(&column.path))
}

impl Kind for DefaultValue {
    fn name(&self) -> &'static str {
        "default_value"
    }

    fn query(&self) -> &'static str {
        include_str!("default_value.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_attrdef WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn touches_rows(&self) -> bool {
        false
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let (head, column) = target(object, context);
        let set = Step::clause(head, format!("{column} SET DEFAULT {}", attrs.expression));
        let Some(goes_on) = numbered::by_default(object, context) else { return Ok(vec![set]) };
        let apart = !context.tolerant && numbered::is_read_for_long(&object.id.path, context);
        Ok(if apart { vec![goes_on.alone(), set.anywhere()] } else { vec![set, goes_on] })
    }

    fn inline(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Option<String>> {
        if super::sequence::serial(&object.id, context).is_some() {
            return Ok(Some(String::new())); // its type says it
        }
        if filled::by_default(&object.id, context).is_some() {
            return Ok(Some(String::new())); // the column says it apart
        }
        let attrs: Attrs = object.read()?;
        // Where rows get another value, theirs would be made in vain: numbers of a sequence would be used up.
        let in_vain = attrs.volatile && filled::from_others(&Id::new("column", &object.id.path), context);
        Ok((!in_vain).then(|| format!("DEFAULT {}", attrs.expression)))
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let (head, column) = target(object, context);
        Ok(vec![Step::clause(head, format!("{column} DROP DEFAULT"))])
    }

    fn alter(&self, _: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Steps(self.create(to, &[], context)?))
    }

    fn names(&self, object: &Object) -> Vec<String> {
        vec![source_of_values(&object.id)]
    }
}
