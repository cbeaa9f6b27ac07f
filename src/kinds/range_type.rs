//! Range types (`pg_range`); the constructors and the multirange type come and go with them.

use serde::Deserialize;

use super::{Alteration, Called, Context, Folded, Kind, Likeness, Section, Space, Step, rename};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct RangeType;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    subtype: String,
    operator_class: Option<String>,
    collation: Option<String>,
    canonical: Option<String>,
    difference: Option<String>,
    multirange: [String; 2],
}

/// The multirange type that PostgreSQL makes when none is named: "range" becomes "multirange", or it is appended. `None` where
/// the name would be cut off.
fn given(path: &[String]) -> Option<[String; 2]> {
    let [schema, name] = path else { return None };
    let multirange = if name.contains("range") { name.replacen("range", "multirange", 1) } else { format!("{name}_multirange") };
    (multirange.len() < 64).then(|| [schema.clone(), multirange])
}

impl Kind for RangeType {
    fn name(&self) -> &'static str {
        "range_type"
    }

    fn query(&self) -> &'static str {
        include_str!("range_type.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_range WHERE rngtypid >= 16384")
    }

    /// The multirange type and the constructors are objects of their own to `ALTER`, and follow only by being named.
    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        let mut steps = rename::whole("TYPE", from, to, context);
        let attrs = |state: &Catalog, id: &Id| state.get(id).and_then(|it| it.read::<Attrs>().ok());
        let (Some(old), Some(new)) = (attrs(context.from, from), attrs(context.to, to)) else { return steps };
        let multirange = |it: &Attrs| Id::new("range_type", &it.multirange);
        let constructors = |name: &[String], other: &[String], arguments: &[String]| {
            let named = |arguments: &String| {
                let with = |path: &[String]| Id { kind: String::new(), path: [path, std::slice::from_ref(arguments)].concat() };
                let head = |path: &[&str]| format!("ALTER FUNCTION {}({arguments})", sql::path(path));
                rename::named(&with(name), &with(other), context, head)
            };
            arguments.iter().flat_map(named).collect::<Vec<_>>()
        };
        let subtype = &old.subtype;
        let of_two = [format!("{subtype}, {subtype}"), format!("{subtype}, {subtype}, text")];
        steps.extend(constructors(&from.path, &to.path, &of_two));
        steps.extend(rename::whole("TYPE", &multirange(&old), &multirange(&new), context));
        let of_ranges = [String::new(), sql::path(&to.path), format!("VARIADIC {}[]", sql::path(&to.path))];
        steps.extend(constructors(&old.multirange, &new.multirange, &of_ranges));
        steps
    }

    fn resembles(&self, old: &Object, _: &Catalog, new: &Object, _: &Catalog) -> Option<Likeness> {
        let same = |name: &str| old.attrs.get(name) == new.attrs.get(name);
        let attrs: Attrs = new.read().ok()?;
        let same = ["subtype", "operator_class", "collation", "canonical", "difference"].iter().all(|it| same(it));
        same.then(|| rename::exact(format!("both ranges of {}", attrs.subtype)))
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let named = (given(&object.id.path).as_ref() != Some(&attrs.multirange)).then(|| sql::path(&attrs.multirange));
        let options: Vec<String> = [
            ("SUBTYPE", Some(attrs.subtype)),
            ("SUBTYPE_OPCLASS", attrs.operator_class),
            ("COLLATION", attrs.collation),
            ("CANONICAL", attrs.canonical),
            ("SUBTYPE_DIFF", attrs.difference),
            ("MULTIRANGE_TYPE_NAME", named),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name} = {}", value?)))
        .collect();
        Ok(vec![Step::new(format!("CREATE TYPE {} AS RANGE ({})", sql::path(&object.id.path), options.join(", ")))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(super::dropped("TYPE", object, context))
    }

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }

    fn names(&self, object: &Object) -> Vec<String> {
        let multirange = object.read().map(|it: Attrs| it.multirange);
        let names = multirange.iter().map(|it| format!("type {}", sql::path(it)));
        names.chain([format!("type {}", sql::path(&object.id.path))]).collect()
    }

    fn called(&self, object: &Object) -> Vec<Called> {
        let multirange =
            object.read().ok().map(|it: Attrs| Called { path: it.multirange.into(), ..Called::plain(Space::Type, object) });
        multirange.into_iter().chain([Called::plain(Space::Type, object)]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_multirange_is_named_as_postgresql_would() {
        let of = |name: &str| given(&["s".to_owned(), name.to_owned()]).map(|it| it[1].clone());
        assert_eq!(of("floatrange").as_deref(), Some("floatmultirange"));
        assert_eq!(of("span").as_deref(), Some("span_multirange"));
        assert_eq!(of(&"x".repeat(60)), None);
    }
}
