//! Sequences (`pg_sequence`); those of identity columns belong to the column, and who owns one is the kind `owned_by`.

use serde::Deserialize;

use super::{Alteration, Called, Context, Folded, Kept, Kind, Likeness, Section, Space, Step, rename};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct Sequence;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    r#type: String,
    start: i64,
    increment: i64,
    minimum: i64,
    maximum: i64,
    cache: i64,
    cycle: bool,
    #[serde(default)]
    unlogged: bool,
    #[serde(rename = "_column")]
    column: Option<[String; 3]>,
    #[serde(default, rename = "_serial")]
    made_by: Option<[String; 3]>,
}

impl Attrs {
    /// What `CREATE SEQUENCE` gives when only type and increment are said.
    fn plain(r#type: &str, increment: i64) -> Attrs {
        let largest = match r#type {
            "smallint" => i64::from(i16::MAX),
            "integer" => i64::from(i32::MAX),
            _ => i64::MAX,
        };
        let (minimum, maximum) = if increment > 0 { (1, largest) } else { (-largest - 1, -1) };
        let start = if increment > 0 { minimum } else { maximum };
        Attrs {
            r#type: r#type.to_owned(),
            start,
            increment,
            minimum,
            maximum,
            cache: 1,
            cycle: false,
            unlogged: false,
            column: None,
            made_by: None,
        }
    }

    /// These bounds and those of `other` together, in a type that holds both.
    fn widened(&self, other: &Attrs) -> Attrs {
        let holds = |it: &Attrs| Attrs::plain(&it.r#type, 1).maximum;
        let r#type = if holds(self) >= holds(other) { &self.r#type } else { &other.r#type };
        let (minimum, maximum) = (self.minimum.min(other.minimum), self.maximum.max(other.maximum));
        Attrs { r#type: r#type.clone(), minimum, maximum, ..other.clone() }
    }

    /// The options in which `self` differs from `other`, in the manual's order.
    fn beyond(&self, other: &Attrs) -> String {
        let changed = |word: &str, new: i64, old: i64| if new == old { String::new() } else { format!(" {word} {new}") };
        let mut options = if self.r#type == other.r#type { String::new() } else { format!(" AS {}", self.r#type) };
        options += &changed("INCREMENT BY", self.increment, other.increment);
        options += &changed("MINVALUE", self.minimum, other.minimum);
        options += &changed("MAXVALUE", self.maximum, other.maximum);
        options += &changed("START WITH", self.start, other.start);
        options += &changed("CACHE", self.cache, other.cache);
        match (other.cycle, self.cycle) {
            (false, true) => options + " CYCLE",
            (true, false) => options + " NO CYCLE",
            _ => options,
        }
    }
}

/// Brings a sequence's position inside bounds. One that is beyond the last value becomes that value, used up: the next is refused,
/// not given out again.
pub(super) fn position(name: &str, (least, most): (i64, i64), increment: i64) -> Step {
    let used_up = if increment > 0 { format!("last_value > {most}") } else { format!("last_value < {least}") };
    let at = sql::literal(name);
    Step::new(format!(
        "SELECT pg_catalog.setval({at}, greatest(least(last_value, {most}), {least}), is_called OR {used_up}) FROM {name}"
    ))
}

/// The serial type of a column of a new table, where it makes the column's sequence, default and NOT NULL exactly as they are.
pub(super) fn serial(column: &Id, context: &Context<'_>) -> Option<&'static str> {
    let [schema, table, name] = <&[String; 3]>::try_from(column.path.as_slice()).ok()?;
    let id = Id::new("sequence", &[schema.clone(), format!("{table}_{name}_seq")]);
    let attrs: Attrs = context.to.get(&id)?.read().ok()?;
    let is_new = context.is_created(&id) && context.is_created(&Id::new("table", &column.path[..2]));
    (is_new && attrs.made_by.as_ref().is_some_and(|it| it.as_slice() == column.path)).then_some(match attrs.r#type.as_str() {
        "smallint" => "smallserial",
        "integer" => "serial",
        _ => "bigserial",
    })
}

/// The column whose serial type makes the sequence.
pub(super) fn maker(sequence: &Id, context: &Context<'_>) -> Option<Id> {
    let attrs: Attrs = context.to.get(sequence)?.read().ok()?;
    let column = Id::new("column", &attrs.made_by?);
    serial(&column, context).map(|_| column)
}

impl Kind for Sequence {
    fn name(&self) -> &'static str {
        "sequence"
    }

    fn query(&self) -> &'static str {
        include_str!("sequence.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_sequence WHERE seqrelid >= 16384")
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        rename::whole("SEQUENCE", from, to, context)
    }

    fn resembles(&self, old: &Object, from: &Catalog, new: &Object, to: &Catalog) -> Option<Likeness> {
        let is_free = |state: &Catalog, it: &Object| state.get(&Id::new("owned_by", &it.id.path)).is_none();
        (is_free(from, old) && is_free(to, new)).then(|| rename::alike(old, new, "options"))?
    }

    /// One that a column owns is that column's, whatever its name is.
    fn same_but_name(&self, old: &Object, new: &Object) -> bool {
        let column = |it: &Object| it.read::<Attrs>().ok().and_then(|it| it.column);
        old.name(0) == new.name(0) && column(old).is_some() && column(old) == column(new)
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let mut plain = Attrs::plain(&attrs.r#type, attrs.increment);
        (plain.r#type, plain.increment) = ("bigint".to_owned(), 1);
        if attrs.start == if attrs.increment > 0 { attrs.minimum } else { attrs.maximum } {
            plain.start = attrs.start;
        }
        let unlogged = if attrs.unlogged { "UNLOGGED " } else { "" };
        Ok(vec![Step::new(format!("CREATE {unlogged}SEQUENCE {}{}", sql::path(&object.id.path), attrs.beyond(&plain)))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let name = sql::path(&object.id.path);
        let step = Step::new(format!("DROP SEQUENCE {}{name}", context.if_exists()));
        Ok(vec![step.risks(Hazard::Irreversible(format!("the position of {name}: it starts anew when it comes back")))])
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let name = sql::path(&to.id.path);
        let mut steps = Vec::new();
        if old.unlogged != new.unlogged {
            steps.push(Step::new(format!("ALTER SEQUENCE {name} SET {}", if new.unlogged { "UNLOGGED" } else { "LOGGED" })));
        }
        let mut before = old.clone();
        if new.minimum > old.minimum || new.maximum < old.maximum {
            let wide = old.widened(&new);
            let options = wide.beyond(&old);
            if !options.is_empty() {
                steps.push(Step::new(format!("ALTER SEQUENCE {name}{options}")));
            }
            steps.push(position(&name, (new.minimum, new.maximum), new.increment));
            before = wide;
            if before.r#type != new.r#type {
                // A bound that is the old type's own would move with the type: both are said.
                (before.minimum, before.maximum) = (i64::MAX, i64::MIN);
            }
        } else if before.r#type != new.r#type {
            // Bounds that were the old type's own move with the type.
            let (was, is) = (Attrs::plain(&before.r#type, before.increment), Attrs::plain(&new.r#type, before.increment));
            before.minimum = if before.minimum == was.minimum { is.minimum } else { before.minimum };
            before.maximum = if before.maximum == was.maximum { is.maximum } else { before.maximum };
        }
        let options = new.beyond(&before);
        if !options.is_empty() {
            steps.push(Step::new(format!("ALTER SEQUENCE {name}{options}")));
        }
        Ok(Alteration::Steps(steps))
    }

    fn names(&self, object: &Object) -> Vec<String> {
        vec![format!("relation {}", sql::path(&object.id.path))]
    }

    fn comes_with(&self, object: &Object, context: &Context<'_>) -> Option<Id> {
        maker(&object.id, context)
    }

    fn filed_under(&self, object: &Object, catalog: &Catalog) -> Option<Id> {
        let owner = catalog.get(&Id::new("owned_by", &object.id.path)).and_then(super::owned_by::column);
        owner.map(|it| Id::new("table", &it.path[..2]))
    }

    fn goes_with(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let owner = context.from.get(&Id::new("owned_by", &object.id.path)).and_then(super::owned_by::column);
        owner.into_iter().flat_map(|it| [Id::new("table", &it.path[..2]), it]).collect()
    }

    fn keep(&self, object: &Object, archive: &str, context: &Context<'_>) -> Option<Kept> {
        let column = context.from.get(&Id::new("owned_by", &object.id.path)).and_then(super::owned_by::column);
        Some(super::position::position(&object.id.path, object, column.as_ref(), archive, context))
    }

    fn holds_rows(&self, _: &Object) -> bool {
        true
    }

    fn called(&self, object: &Object) -> Vec<Called> {
        vec![Called::plain(Space::Relation, object)]
    }
}
