//! Columns of tables (`pg_attribute`), with identity and generation expression; default, NOT NULL and settings are kinds of their own.

use serde::Deserialize;

use super::storage_options::Options;
use super::{Alteration, Context, Folded, Kind, Section, Step, table};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct Column;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    r#type: String,
    collation: Option<String>,
    identity: Option<String>,
    sequence: Option<Sequence>,
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
}

/// The sequence behind an identity column.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sequence {
    name: [String; 2],
    r#type: String,
    start: i64,
    increment: i64,
    minimum: i64,
    maximum: i64,
    cache: i64,
    cycle: bool,
    persistence: char,
}

impl Sequence {
    /// What differs from the sequence that `GENERATED … AS IDENTITY` makes by itself.
    fn options(&self, object: &Object) -> Vec<String> {
        let largest = match self.r#type.as_str() {
            "smallint" => i64::from(i16::MAX),
            "integer" => i64::from(i32::MAX),
            _ => i64::MAX,
        };
        let (minimum, maximum) = if self.increment > 0 { (1, largest) } else { (-largest - 1, -1) };
        let start = if self.increment > 0 { self.minimum } else { self.maximum };
        let given = [object.name(0), &format!("{}_{}_seq", object.name(1), object.name(2))];
        let mut options = Vec::new();
        if self.name.each_ref().map(String::as_str) != given {
            options.push(format!("SEQUENCE NAME {}", sql::path(&self.name)));
        }
        let changed = |word: &str, value: i64, default: i64| (value != default).then(|| format!("{word} {value}"));
        options.extend(changed("START WITH", self.start, start));
        options.extend(changed("INCREMENT BY", self.increment, 1));
        options.extend(changed("MINVALUE", self.minimum, minimum));
        options.extend(changed("MAXVALUE", self.maximum, maximum));
        options.extend(changed("CACHE", self.cache, 1));
        options.extend(self.cycle.then(|| "CYCLE".to_owned()));
        options
    }
}

impl Attrs {
    /// ` GENERATED ALWAYS AS IDENTITY (START WITH 10)`, or the generation expression, or nothing.
    fn generation(&self, object: &Object) -> String {
        if let (Some(kind), Some(expression)) = (&self.generated, &self.expression) {
            return format!(" GENERATED ALWAYS AS ({expression}) {kind}");
        }
        let (Some(identity), Some(sequence)) = (&self.identity, &self.sequence) else { return String::new() };
        let options = sequence.options(object);
        let options = if options.is_empty() { String::new() } else { format!(" ({})", options.join(" ")) };
        format!(" GENERATED {identity} AS IDENTITY{options}")
    }

    fn definition(&self, object: &Object, folded: &[Folded<'_>], context: &Context<'_>) -> String {
        let mut parts: Vec<&Folded<'_>> = folded.iter().collect();
        parts.sort_by_key(|it| &it.object.id);
        let constraints: String = parts.iter().map(|it| format!(" {}", it.sql)).collect();
        let name = sql::name(object.name(2));
        if self.typed {
            return if constraints.is_empty() { String::new() } else { format!("{name} WITH OPTIONS{constraints}") };
        }
        // Up to 15 an inherited column takes its expression from the parent and must not say it.
        let silent = !self.inherited.is_empty() && !self.partition && self.generated.is_some() && context.server.major < 16;
        let generation = if silent { String::new() } else { self.generation(object) };
        let options = super::foreign_options::list(&self.foreign_options);
        let collation = self.collation.as_ref().map_or(String::new(), |it| format!(" COLLATE {it}"));
        format!("{name} {}{options}{collation}{generation}{constraints}", self.r#type)
    }

    /// The parent's column that brings this one along.
    fn origin(&self, object: &Object) -> Option<Id> {
        self.inherited.first().map(|it| Id::new("column", &[&it[0], &it[1], object.name(2)]))
    }
}

/// Kinds that PostgreSQL rebuilds by itself when a column's type changes, or that do not look at it.
const SURVIVORS: &[&str] = &[
    "constraint",
    "foreign_key",
    "index",
    "index_partition",
    "not_null",
    "statistics",
    "comment",
    "grant",
    "column_settings",
    "owned_by",
    "security_label",
    "replica_identity",
    "cluster_mark",
    "partition",
];

impl Kind for Column {
    fn name(&self) -> &'static str {
        "column"
    }

    fn query(&self) -> &'static str {
        include_str!("column.sql")
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn create(&self, object: &Object, folded: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        if attrs.typed {
            return Ok(Vec::new());
        }
        let head = table::head(context.to, &object.id.path[..2], false);
        let mut step = Step::clause(head, format!("ADD COLUMN {}", attrs.definition(object, folded, context)));
        if attrs.identity.is_some() || attrs.generated.as_deref() == Some("STORED") {
            step = step.risks(Hazard::Rewrites(sql::path(&object.id.path[..2])));
        }
        Ok(vec![step])
    }

    fn inline(&self, object: &Object, folded: &[Folded<'_>], context: &Context<'_>) -> Result<Option<String>> {
        let attrs: Attrs = object.read()?;
        let comes_from_parent = !attrs.local && !attrs.inherited.is_empty() && !attrs.partition;
        Ok(Some(if comes_from_parent { String::new() } else { attrs.definition(object, folded, context) }))
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let head = table::head(context.from, &object.id.path[..2], false);
        let step = Step::clause(head, format!("DROP COLUMN {}{}", context.if_exists(), sql::name(object.name(2))));
        let lost = Hazard::DataLoss(format!("the values of {}", sql::path(&object.id.path)));
        Ok(vec![if attrs.generated.is_some() { step } else { step.risks(lost) }])
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let head = table::head(context.to, &to.id.path[..2], false);
        let column = format!("ALTER COLUMN {}", sql::name(to.name(2)));
        if old.generated != new.generated && (new.generated.is_some() || old.generated.as_deref() != Some("STORED")) {
            return Ok(Alteration::Rebuild);
        }
        if new.generated.is_some() && old.expression != new.expression && context.server.major < 17 {
            return Ok(Alteration::Rebuild);
        }
        let mut steps = Vec::new();
        let retyped = old.r#type != new.r#type || old.collation != new.collation;
        if old.identity.is_some() && new.identity.is_none() {
            steps
                .push(Step::clause(&head, format!("{column} DROP IDENTITY{}", if context.tolerant { " IF EXISTS" } else { "" })));
        }
        if old.generated.is_some() && new.generated.is_none() {
            steps.push(Step::clause(&head, format!("{column} DROP EXPRESSION")));
        }
        if retyped {
            steps.push(retype(to, &old, &new, context, &using(to, &old, &new, context)));
        }
        if let (true, Some(expression)) = (old.generated.is_some() && old.expression != new.expression, &new.expression) {
            let step = Step::clause(&head, format!("{column} SET EXPRESSION AS ({expression})"));
            steps.push(step.risks(Hazard::Rewrites(sql::path(&to.id.path[..2]))));
        }
        steps.extend(identity(to, &old, &new, retyped).into_iter().map(|it| Step::clause(&head, format!("{column} {it}"))));
        if let (None, Some(sequence)) = (&old.sequence, &new.sequence) {
            steps.extend(continued(&sequence.name, &to.id, sequence.increment));
        }
        if let (Some(old), Some(new)) = (&old.sequence, &new.sequence) {
            steps.extend(sequence_moves(old, new));
        }
        let options = super::foreign_options::clause(&old.foreign_options, &new.foreign_options);
        steps.extend(options.map(|it| Step::clause(&head, format!("{column} {it}"))));
        Ok(Alteration::Steps(steps))
    }

    fn survives(&self, from: &Object, to: &Object, dependent: &Object) -> bool {
        let same = |name: &str| from.attrs.get(name) == to.attrs.get(name);
        let retyped = from.same(to) || !same("type") || !same("collation") || !same("expression");
        let generated = dependent.id.kind == "column" && dependent.attrs.get("generated").is_some();
        !retyped || (SURVIVORS.contains(&dependent.id.kind.as_str()) || dependent.id.kind == "column" && !generated)
    }

    /// The sequence behind an identity column is a relation too.
    fn names(&self, object: &Object) -> Vec<String> {
        let sequence = object.read::<Attrs>().ok().and_then(|it| it.sequence);
        sequence.map(|it| format!("relation {}", sql::path(&it.name))).into_iter().collect()
    }

    fn comes_with(&self, object: &Object, context: &Context<'_>) -> Option<Id> {
        let attrs: Attrs = object.read().ok()?;
        let table = Id::new("table", &object.id.path[..2]);
        if context.changes.get(&Id::new("partition", &object.id.path[..2])).is_some() || context.is_created(&table) {
            return None;
        }
        attrs.origin(object)
    }

    fn holds_rows(&self, object: &Object) -> bool {
        object.attrs.get("generated").is_none()
    }

    fn convert(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let array = attrs.r#type.ends_with("[]");
        let using = format!(" USING {}::{}::{}", sql::name(object.name(2)), if array { "text[]" } else { "text" }, attrs.r#type);
        Ok(vec![retype(object, &attrs, &attrs, context, &using)])
    }
}

fn retype(object: &Object, old: &Attrs, new: &Attrs, context: &Context<'_>, using: &str) -> Step {
    let head = table::head(context.to, &object.id.path[..2], false);
    let name = sql::path(&object.id.path);
    let collation = match (&old.collation, &new.collation) {
        (_, Some(it)) => format!(" COLLATE {it}"),
        _ => String::new(),
    };
    let clause = format!("ALTER COLUMN {} TYPE {}{collation}{using}", sql::name(object.name(2)), new.r#type);
    Step::clause(head, clause)
        .risks(Hazard::Rewrites(sql::path(&object.id.path[..2])))
        .risks(Hazard::Converts(format!("{name} from {} to {}", old.r#type, new.r#type)))
}

/// The conversion to spell out where assignment alone does not convert. Never an explicit cast where assignment does: a cast to
/// `varchar(5)` truncates in silence, an assignment fails.
fn using(object: &Object, old: &Attrs, new: &Attrs, context: &Context<'_>) -> String {
    let (source, target) = (&old.base_type, &new.base_type);
    let element = |it: &str| it.strip_suffix("[]").map(str::to_owned);
    let pair = match (element(source), element(target)) {
        (Some(source), Some(target)) => (source, target),
        _ => (source.clone(), target.clone()),
    };
    let column = sql::name(object.name(2));
    if pair.0 == pair.1 || context.server.assignment_casts.contains(&pair) || (new.category == 'S' && old.category != 'A') {
        String::new()
    } else if context.server.casts.contains(&pair) || old.category == 'S' {
        format!(" USING {column}::{}", new.r#type)
    } else {
        format!(" USING {column}::text::{}", new.r#type)
    }
}

/// Clauses that lead from one identity to the other.
fn identity(object: &Object, old: &Attrs, new: &Attrs, retyped: bool) -> Vec<String> {
    let mut clauses = Vec::new();
    match (&old.identity, &new.identity) {
        (None, Some(_)) => clauses.push(format!("ADD{}", new.generation(object))),
        (Some(before), Some(after)) if before != after => clauses.push(format!("SET GENERATED {after}")),
        _ => {}
    }
    let (Some(_), Some(before), Some(after)) = (&old.identity, &old.sequence, &new.sequence) else { return clauses };
    let changed = |word: &str, old: i64, new: i64| (old != new).then(|| format!("SET {word} {new}"));
    clauses.extend(changed("INCREMENT BY", before.increment, after.increment));
    if !retyped || before.r#type == after.r#type {
        clauses.extend(changed("MINVALUE", before.minimum, after.minimum));
        clauses.extend(changed("MAXVALUE", before.maximum, after.maximum));
    }
    clauses.extend(changed("START WITH", before.start, after.start));
    clauses.extend(changed("CACHE", before.cache, after.cache));
    if before.cycle != after.cycle {
        clauses.push(format!("SET {}CYCLE", if after.cycle { "" } else { "NO " }));
    }
    clauses
}

/// Statements for an identity sequence itself: its name and its persistence.
fn sequence_moves(old: &Sequence, new: &Sequence) -> Vec<Step> {
    let mut steps = Vec::new();
    if old.name[1] != new.name[1] {
        steps.push(Step::new(format!("ALTER SEQUENCE {} RENAME TO {}", sql::path(&old.name), sql::name(&new.name[1]))));
    }
    if old.persistence != new.persistence {
        let word = if new.persistence == 'u' { "UNLOGGED" } else { "LOGGED" };
        steps.push(Step::new(format!("ALTER SEQUENCE {} SET {word}", sql::path(&[&old.name[0], &new.name[1]]))));
    }
    steps
}

/// Lets a new sequence go on where a column with rows stands, so that it does not give out numbers that are taken.
pub(super) fn continued(sequence: &[String; 2], column: &Id, increment: i64) -> Option<Step> {
    let (table, name) = (sql::path(&column.path[..2]), sql::name(&column.path[2]));
    let sequence = sql::literal(&sql::path(sequence));
    let from_rows = format!("SELECT pg_catalog.setval({sequence}, max({name})) FROM {table} HAVING max({name}) > 0");
    (increment > 0).then(|| Step::new(from_rows).risks(Hazard::Scans(table)))
}
