//! Attributes of composite types (`pg_attribute`).

use serde::Deserialize;

use super::{Alteration, Called, Context, Folded, Kind, Likeness, Section, Space, Step, composite_type, rename};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct Attribute;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    r#type: String,
    collation: Option<String>,
    #[serde(rename = "_position")]
    position: i32,
}

impl Attrs {
    fn definition(&self) -> String {
        let collation = self.collation.as_ref().map_or(String::new(), |it| format!(" COLLATE {it}"));
        format!("{}{collation}", self.r#type)
    }
}

/// The type an attribute is part of.
fn composite(object: &Object) -> Id {
    Id::new("composite_type", &object.id.path[..object.id.path.len().saturating_sub(1)])
}

impl Kind for Attribute {
    fn name(&self) -> &'static str {
        "attribute"
    }

    fn query(&self) -> &'static str {
        include_str!("attribute.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_class WHERE oid >= 16384 AND relkind = 'c'")
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        rename::part(from, to, |whole, old, new| {
            let cascade = composite_type::cascade(context.from, &Id::new("composite_type", whole)).unwrap_or_default();
            format!("ALTER TYPE {} RENAME ATTRIBUTE {old} TO {new}{cascade}", sql::path(whole))
        })
    }

    fn resembles(&self, old: &Object, _: &Catalog, new: &Object, _: &Catalog) -> Option<Likeness> {
        let attrs: Attrs = new.read().ok()?;
        (old.parent == new.parent && old.same(new)).then(|| rename::exact(format!("both {}", attrs.definition())))
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let (attrs, composite): (Attrs, Id) = (object.read()?, composite(object));
        let cascade = composite_type::cascade(context.to, &composite)?;
        Ok(vec![Step::new(format!(
            "ALTER TYPE {} ADD ATTRIBUTE {} {}{cascade}",
            sql::path(&composite.path),
            sql::name(object.name(2)),
            attrs.definition()
        ))])
    }

    fn inline(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Option<String>> {
        let attrs: Attrs = object.read()?;
        Ok(Some(format!("{} {}", sql::name(object.name(2)), attrs.definition())))
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let composite = composite(object);
        let (name, cascade) = (sql::path(&composite.path), composite_type::cascade(context.from, &composite)?);
        let attribute = sql::name(object.name(2));
        let step = Step::new(format!("ALTER TYPE {name} DROP ATTRIBUTE {}{attribute}{cascade}", context.if_exists()));
        let stored = composite_type::is_stored(context.from, &composite)? || !cascade.is_empty();
        Ok(vec![if stored { step.risks(Hazard::DataLoss(format!("{attribute} in every stored value of {name}"))) } else { step }])
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (attrs, composite): (Attrs, Id) = (to.read()?, composite(from));
        if composite_type::is_stored(context.from, &composite)? {
            return Ok(Alteration::Rebuild); // PostgreSQL: cannot alter type because a column uses it
        }
        let cascade = composite_type::cascade(context.to, &composite)?;
        Ok(Alteration::Steps(vec![Step::new(format!(
            "ALTER TYPE {} ALTER ATTRIBUTE {} TYPE {}{cascade}",
            sql::path(&composite.path),
            sql::name(to.name(2)),
            attrs.definition()
        ))]))
    }

    /// Each new one is the last.
    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let position = |it: &Object| it.read::<Attrs>().map_or(0, |it| it.position);
        let (composite, own) = (composite(object), position(object));
        let all = context.to.within("attribute", &composite.path);
        all.filter(|it| context.is_created(&it.id) && position(it) < own).map(|it| it.id.clone()).collect()
    }

    fn survives(&self, _: &Object, _: &Object, _: &Object) -> bool {
        false // whatever is recorded as needing an attribute reads it in an expression
    }

    fn called(&self, object: &Object) -> Vec<Called> {
        let of = object.attrs.get("type").and_then(|it| it.as_str()).unwrap_or_default();
        vec![Called::with(Space::Column, object, of)]
    }
}
