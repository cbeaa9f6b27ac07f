//! Columns of tables (`pg_attribute`), with the generation expression; default, identity, NOT NULL and settings are kinds of their own.

use serde::Deserialize;

use super::foreign_options::Options;
use super::kept::Replaced;
use super::relabelled::Relabelled;
use super::retype::{self, Type};
use super::{
    Alteration, Called, Context, Conversion, Doubled, Folded, Kept, Kind, Likeness, Said, Section, Space, Stale, Step, Verb,
    column_relatives, comes_back, data_check, doubled, filled, generated, identity, inherited_anew, published, rename, table,
};
use crate::catalog::{Catalog, Id, Object};
use crate::error::{Error, Result};
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct Column;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    r#type: String,
    collation: Option<String>,
    generated: Option<String>,
    expression: Option<String>,
    #[serde(default)]
    foreign_options: Options,
    #[serde(default, rename = "_typed")]
    typed: bool,
    #[serde(default, rename = "_partition")]
    partition: bool,
    #[serde(rename = "_base_type")]
    base_type: String,
    #[serde(rename = "_category")]
    category: char,
    #[serde(rename = "_position")]
    _position: i32,
    #[serde(rename = "_local")]
    local: bool,
    #[serde(default, rename = "_inherited")]
    inherited: Vec<[String; 2]>,
    /// From a hint: the expression that converts its values.
    #[serde(rename = "_using")]
    using: Option<String>,
    /// What it is filled with when it comes back beside its successor.
    #[serde(rename = "_fill")]
    fill: Option<String>,
    /// The name of a successor that has some of its values in no form: they are kept when it goes.
    #[serde(rename = "_became")]
    became: Option<String>,
    /// It is filled by its predecessor's values.
    #[serde(default, rename = "_succeeds")]
    succeeds: bool,
}

impl Attrs {
    fn as_type(&self) -> Type<'_> {
        Type { name: &self.r#type, base: &self.base_type, category: self.category }
    }

    /// Whether its successor, or its predecessor, has all its values.
    fn is_elsewhere(&self) -> bool {
        self.succeeds || self.fill.is_some() && self.became.is_none()
    }

    /// ` USING …` for values of the type before, or nothing.
    fn using(&self, old: &Attrs, object: &Object, context: &Context<'_>) -> String {
        match &self.using {
            Some(it) => format!(" USING ({it})"),
            None => retype::using(&sql::name(object.name(2)), &old.as_type(), &self.as_type(), context),
        }
    }

    /// ` GENERATED ALWAYS AS (a + b) STORED`, or nothing.
    fn generation(&self) -> String {
        match (&self.generated, &self.expression) {
            (Some(kind), Some(expression)) => format!(" GENERATED ALWAYS AS ({expression}) {kind}"),
            _ => String::new(),
        }
    }

    fn definition(&self, object: &Object, folded: &[Folded<'_>], context: &Context<'_>) -> String {
        let mut parts: Vec<&Folded<'_>> = folded.iter().collect();
        parts.sort_by_key(|it| &it.object.id);
        let stated = parts.iter().filter(|it| !it.sql.is_empty());
        let constraints: String = stated.map(|it| format!(" {}", it.sql)).collect();
        let name = sql::name(object.name(2));
        if self.typed {
            return if constraints.is_empty() { String::new() } else { format!("{name} WITH OPTIONS{constraints}") };
        }
        // Up to 15 a column whose parent's is generated takes its expression and must not say it when both come with their table.
        let is_generated = |it: &[String; 2]| {
            let above = context.to.get(&Id::new("column", &[&it[0], &it[1], object.name(2)]));
            above.is_some_and(|it| it.attrs.get("generated").is_some())
        };
        let comes_inside =
            context.server.major < 16 && !self.partition && context.is_created(&Id::new("table", &object.id.path[..2]));
        let silent = comes_inside && self.inherited.iter().any(is_generated);
        let generation = if silent { String::new() } else { self.generation() };
        let options = super::foreign_options::list(&self.foreign_options);
        let collation = self.collation.as_ref().map_or(String::new(), |it| format!(" COLLATE {it}"));
        let kind = super::sequence::serial(&object.id, context).unwrap_or(&self.r#type);
        format!("{name} {kind}{options}{collation}{generation}{constraints}")
    }

    /// The parent's column that brings this one along, or takes it along.
    fn origin(&self, object: &Object) -> Option<Id> {
        self.inherited.first().map(|it| Id::new("column", &[&it[0], &it[1], object.name(2)]))
    }
}

/// Whether its successor, or its predecessor, has all its values.
pub(super) fn is_elsewhere(column: &Object) -> bool {
    column.read::<Attrs>().is_ok_and(|it| it.is_elsewhere())
}

impl Kind for Column {
    fn name(&self) -> &'static str {
        "column"
    }

    fn query(&self) -> &'static str {
        include_str!("column.sql")
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        rename::in_table(from, to, context, |table, old, new| {
            format!("{} RENAME COLUMN {old} TO {new}", super::table::head(context.from, table, false))
        })
    }

    fn resembles(&self, old: &Object, from: &Catalog, new: &Object, to: &Catalog) -> Option<Likeness> {
        column_relatives::resembles(old, from, new, to)
    }

    /// Its values are none of the new type, and nobody said what becomes of them.
    fn gives_way(&self, old: &Object, new: &Object) -> bool {
        let types = old.read::<Attrs>().ok().zip(new.read::<Attrs>().ok());
        types.is_some_and(|(old, new)| new.using.is_none() && retype::is_hopeless(&old.as_type(), &new.as_type()))
    }

    fn contents(&self, object: &Object, context: &Context<'_>) -> Option<[String; 2]> {
        let table = &object.id.path[..2];
        let holds = format!("t.{} IS NOT NULL", sql::name(object.name(2)));
        data_check::has_rows(table, context).then(|| ["true", &holds].map(|it| data_check::counted(table, it, context)))
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn create(&self, object: &Object, folded: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        if attrs.typed {
            return Ok(Vec::new());
        }
        let definition = attrs.definition(object, folded, context);
        if let Some(default) = filled::by_default(&object.id, context) {
            return Ok(filled::steps(&object.id, &definition, &default, context));
        }
        if let Some(sequence) = filled::by_sequence(&object.id, context) {
            return identity::filled(object, &sequence, &definition, context);
        }
        let mut step = Step::clause(table::head(context.to, &object.id.path[..2], false), format!("ADD COLUMN {definition}"));
        let identity = folded.iter().any(|it| it.object.id.kind == "identity");
        if identity || attrs.generated.as_deref() == Some("STORED") {
            step = step.risks(Hazard::Rewrites(sql::path(&object.id.path[..2])));
        }
        if let Some(expression) = &attrs.fill {
            return comes_back::steps(&object.id, &definition, expression, context);
        }
        let fill = filled::by_expression(&object.id, context).map(|it| doubled::filled_from(object, &attrs.r#type, it, context));
        Ok(inherited_anew::comes(object, step, context).into_iter().chain(fill).collect())
    }

    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        published::first(&object.id, context).into_iter().chain(inherited_anew::first(object, context)).collect()
    }

    fn relieves(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        filled::relieves(&object.id, context)
    }

    fn computed(&self, new: &Object, context: &Context<'_>) -> Result<Option<Doubled>> {
        doubled::computed(new, context)
    }

    fn doubled(&self, old: &Object, new: Option<&Object>, context: &Context<'_>) -> Result<Option<Doubled>> {
        doubled::column(old, new, context)
    }

    fn inline(&self, object: &Object, folded: &[Folded<'_>], context: &Context<'_>) -> Result<Option<String>> {
        let attrs: Attrs = object.read()?;
        let comes_from_parent = !attrs.local && !attrs.inherited.is_empty() && !attrs.partition;
        if !comes_from_parent {
            return Ok(Some(attrs.definition(object, folded, context)));
        }
        let mut not_nulls = folded.iter().filter(|it| it.object.id.kind == "not_null");
        let own = not_nulls.next().map(|it| super::not_null::on_inherited(it.object, context)).transpose()?;
        Ok(Some(own.flatten().unwrap_or_default()))
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let head = table::head(context.from, &object.id.path[..2], column_relatives::stays_below(&object.id, context));
        let step = Step::clause(head, format!("DROP COLUMN {}{}", context.if_exists(), sql::name(object.name(2))));
        let lost = Hazard::DataLoss(format!("the values of {}", sql::path(&object.id.path)));
        let left = filled::left_sequence(&object.id, context);
        let left = left.map(|it| Step::new(format!("DROP SEQUENCE IF EXISTS {}", sql::path(&it.path))));
        let is_elsewhere = attrs.generated.is_some() || attrs.is_elsewhere();
        Ok([if is_elsewhere { step } else { step.risks(lost) }].into_iter().chain(left).collect())
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let head = table::head(context.to, &to.id.path[..2], false);
        let column = format!("ALTER COLUMN {}", sql::name(to.name(2)));
        if old.typed && new.typed {
            return Ok(Alteration::Steps(Vec::new())); // its type's attribute brings it along
        }
        if old.generated != new.generated && (new.generated.is_some() || old.generated.as_deref() != Some("STORED")) {
            return Ok(Alteration::Rebuild);
        }
        let recomputed = new.generated.is_some() && old.expression != new.expression;
        if recomputed
            && (context.server.major < 17
                || new.generated.as_deref() == Some("VIRTUAL") && column_relatives::keeps_checks(to, context))
        {
            return Ok(Alteration::Rebuild);
        }
        let mut steps = Vec::new();
        if old.generated.is_some() && new.generated.is_none() {
            // By itself: PostgreSQL looks at the other clauses of a statement, and at the children's columns, before it does any.
            steps.push(Step::new(format!("{head} {column} DROP EXPRESSION")));
        }
        if old.r#type != new.r#type || old.collation != new.collation && !retype::is_carried(from, context) {
            let step = altered(to, &old, &new, context, &new.using(&old, to, context));
            let as_utc = new.using.is_none() && retype::as_utc(&to.id, &old.as_type(), &new.as_type(), context)?;
            steps.push(if as_utc { step.risks(Hazard::TakesTimesAsUtc(sql::path(&to.id.path))) } else { step });
        }
        if let (true, Some(expression)) = (old.generated.is_some() && old.expression != new.expression, &new.expression) {
            let step = Step::clause(&head, format!("{column} SET EXPRESSION AS ({expression})"));
            let is_stored = new.generated.as_deref() == Some("STORED");
            steps.push(if is_stored { step.risks(Hazard::Rewrites(sql::path(&to.id.path[..2]))) } else { step });
        }
        let options = super::foreign_options::clause(&old.foreign_options, &new.foreign_options);
        steps.extend(options.map(|it| Step::clause(&head, format!("{column} {it}"))));
        Ok(Alteration::Steps(steps))
    }

    fn survives(&self, from: &Object, to: &Object, dependent: &Object) -> bool {
        let same = |name: &str| from.attrs.get(name) == to.attrs.get(name);
        let retyped = from.same(to) || !same("type") || !same("collation") || !same("expression");
        let generated = dependent.id.kind == "column" && dependent.attrs.get("generated").is_some();
        // Until the other side has its new type too, both must compare; not so a type and its successor of the same name.
        let base = |it: &Object| it.attrs.get("_base_type").and_then(|it| it.as_str()).map(str::to_owned).unwrap_or_default();
        if dependent.id.kind == "foreign_key" && (from.same(to) || !retype::compare(&base(from), &base(to))) {
            return false;
        }
        !retyped || (retype::SURVIVORS.contains(&dependent.id.kind.as_str()) || dependent.id.kind == "column" && !generated)
    }

    fn tied_by(&self, from: &Object, to: &Object, context: &Context<'_>) -> Vec<Id> {
        column_relatives::other_parents(from, to, context)
    }

    /// Every change of its type drops them, even one to the same type. A partition's are gathered with its parent's.
    fn stale(&self, from: &Object, to: &Object, context: &Context<'_>) -> Option<Stale> {
        let (old, new): (Attrs, Attrs) = (from.read().ok()?, to.read().ok()?);
        let retyped = old.r#type != new.r#type || old.collation != new.collation || retype::is_carried(from, context);
        let computed = old.generated.is_some() && old.expression != new.expression;
        let stored = new.generated.as_deref().is_none_or(|it| it == "STORED");
        let gathered = stored && column_relatives::is_gathered(to, new.partition, context);
        let table = to.parent.clone().filter(|_| gathered && (retyped || computed))?;
        let of_more = |it: &&Object| it.id.kind == "statistics" || it.attrs.get("_computed").is_some();
        let depends = |it: &Object| context.to.needs(&it.id).any(|it| *it == to.id);
        let mut others = ["statistics", "index"].into_iter().flat_map(|it| context.to.of_kind(it)).filter(of_more);
        let column = (!others.any(depends)).then(|| to.name(2).to_owned());
        Some(Stale { table, column })
    }

    fn is_vital(&self, object: &Object, state: &Catalog) -> bool {
        column_relatives::is_vital(object, state)
    }

    fn comes_with(&self, object: &Object, context: &Context<'_>) -> Option<Id> {
        column_relatives::brings(object, context)
    }

    fn otherwise(&self, from: Option<&Object>, to: &Object, context: &Context<'_>) -> Option<String> {
        generated::otherwise(from, to, context)
    }

    fn stays(&self, is: &Object, wanted: &Object) -> Option<String> {
        column_relatives::mark(is, wanted)
    }

    fn holds_rows(&self, object: &Object) -> bool {
        object.attrs.get("generated").is_none()
    }

    fn keep(&self, object: &Object, archive: &str, context: &Context<'_>) -> Option<Kept> {
        let attrs: Attrs = object.read().ok()?;
        let table = Id::new("table", &object.id.path[..2]);
        let with_parent = attrs.partition && attrs.origin(object).is_some_and(|it| context.is_dropped(&it));
        let foreign = context.from.get(&table).is_none_or(|it| it.attrs.get("server").is_some());
        if with_parent || foreign || context.is_dropped(&table) || attrs.generated.is_some() || attrs.is_elsewhere() {
            return None;
        }
        super::kept::values(object, archive, context)
    }

    fn conversion(&self, from: &Object, to: &Object, context: &Context<'_>) -> Option<Conversion> {
        let (old, new): (Attrs, Attrs) = (from.read().ok()?, to.read().ok()?);
        let is_computed = old.generated.is_some() || new.generated.is_some();
        if is_computed || !data_check::has_rows(&to.id.path[..2], context) {
            return None;
        }
        retype::conversion(to, &old.as_type(), &new.as_type(), new.using.is_some(), context)
    }

    fn keep_replaced(&self, _: &Object, to: &Object, archive: &str, context: &Context<'_>) -> Option<Kept> {
        let of_table = context.to.within("column", &to.id.path[..2]);
        let altered = of_table.filter(|it| context.changes.get(&it.id) == Some(&Verb::Alter));
        let all: Vec<Replaced<'_>> = altered.filter_map(|it| replaced(context.from.get(&it.id)?, it, context)).collect();
        let is_first = all.first().is_some_and(|it| it.column.id == to.id);
        is_first.then(|| super::kept::replaced(&to.id.path[..2], archive, &all, context))
    }

    fn said(&self, hint: &str, to: &Object, [before, after]: [&Catalog; 2]) -> Result<Said> {
        let Some(expression) = hint.strip_prefix("using ").map(str::trim) else { return Ok(Said::Nothing) };
        if !crate::source::is_expression(expression) {
            return Err(Error::new(format!("{expression:?} is no expression"))
                .help("write one SQL expression over the columns of the table: -- schemagen: using round(price, 2)"));
        }
        let [was, is] = [before, after].map(|state| state.get(&Id::new("not_null", &to.id.path)).is_some());
        let is_there = before.get(&to.id).is_some_and(|it| it.attrs.get("type") == to.attrs.get("type"));
        Ok(if is_there && (was || !is) { Said::Spent } else { Said::Attribute("_using", expression.into()) })
    }

    fn convert(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        if context.from.get(&object.id).is_some_and(|it| it.attrs.get("type") != object.attrs.get("type")) {
            return Ok(Vec::new()); // it gets another type
        }
        let column = sql::name(object.name(2));
        let using = match Relabelled::of(&attrs.r#type, context) {
            Some(it) => format!(" USING {}", it.using(&column)),
            None => format!(" USING {}", retype::carried(&column, &attrs.r#type, context)),
        };
        Ok(vec![altered(object, &attrs, &attrs, context, &using)])
    }

    fn called(&self, object: &Object) -> Vec<Called> {
        vec![Called::with(Space::Column, object, object.attrs.get("type").and_then(|it| it.as_str()).unwrap_or_default())]
    }
}

/// What a column's values become, where some do not come back by themselves and that is meant.
fn replaced<'a>(from: &Object, to: &'a Object, context: &Context<'_>) -> Option<Replaced<'a>> {
    let (old, new): (Attrs, Attrs) = (from.read().ok()?, to.read().ok()?);
    let (table, column) = (&to.id.path[..2], sql::name(to.name(2)));
    if new.partition || old.generated.is_some() || new.generated.is_some() || !data_check::has_rows(table, context) {
        return None;
    }
    if old.r#type == new.r#type {
        let labels = Relabelled::of(&new.r#type, context)?;
        let became = format!("{}::text", labels.text(&column));
        return Some(Replaced { column: to, lost: labels.maps(&column)?, became, early: true, anew: true, above: None });
    }
    let (using, above) = column_relatives::hint(to, context)?;
    let converted = format!("({using})::{}", new.r#type);
    let became = format!("{}::text", retype::back(&converted, &old.as_type(), &new.as_type(), context));
    let lost = format!("{became} IS DISTINCT FROM {column}::text");
    // A type with a schema may come in this migration.
    Some(Replaced { column: to, lost, became, early: !new.r#type.contains('.'), anew: false, above })
}

fn altered(object: &Object, old: &Attrs, new: &Attrs, context: &Context<'_>, using: &str) -> Step {
    let head = table::head(context.to, &object.id.path[..2], false);
    let name = sql::path(&object.id.path);
    let collation = new.collation.as_ref().map_or(String::new(), |it| format!(" COLLATE {it}"));
    let using = if head.starts_with("ALTER FOREIGN") { "" } else { using }; // it has no values to convert
    let clause = format!("ALTER COLUMN {} TYPE {}{collation}{using}", sql::name(object.name(2)), new.r#type);
    let other = if old.r#type == new.r#type { "to the new".to_owned() } else { format!("from {} to", old.r#type) };
    let converts = Hazard::Converts(format!("{name} {other} {}", new.r#type));
    Step::clause(head, clause).risks(Hazard::Rewrites(sql::path(&object.id.path[..2]))).risks(converts)
}
