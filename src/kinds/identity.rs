//! Identity of columns (`pg_attribute.attidentity`) with the sequence behind it; the column is NOT NULL before it can have one.

use serde::Deserialize;

use super::doubled::{Turned, free, refused};
use super::{Alteration, Context, Folded, Kept, Kind, Section, Step, filled, inheritance, sequence, table};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct Identity;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    generated: String,
    sequence: Sequence,
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

/// The least and the greatest value of an integer type.
fn range(r#type: &str) -> (i64, i64) {
    match r#type {
        "smallint" => (i16::MIN.into(), i16::MAX.into()),
        "integer" => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    }
}

impl Sequence {
    /// The bounds that a sequence of this type and direction has by itself.
    fn bounds(&self) -> (i64, i64) {
        let (least, greatest) = range(&self.r#type);
        if self.increment > 0 { (1, greatest) } else { (least, -1) }
    }

    /// The sequence after its column took another type: bounds that were the type's own follow it (`ALTER SEQUENCE … AS`).
    fn retyped(&self, r#type: &str) -> Sequence {
        let ((old_least, old_greatest), (least, greatest)) = (range(&self.r#type), range(r#type));
        let minimum = if self.minimum == old_least { least } else { self.minimum };
        let maximum = if self.maximum == old_greatest { greatest } else { self.maximum };
        Sequence { r#type: r#type.to_owned(), minimum, maximum, ..self.clone() }
    }

    /// The same sequence with bounds that hold those of `other` as well.
    fn widened(&self, other: &Sequence) -> Sequence {
        let (minimum, maximum) = (self.minimum.min(other.minimum), self.maximum.max(other.maximum));
        Sequence { minimum, maximum, ..self.clone() }
    }

    /// What of its bounds a type can hold.
    fn bounds_in(&self, r#type: &str) -> (i64, i64) {
        let (least, greatest) = range(r#type);
        (self.minimum.clamp(least, greatest), self.maximum.clamp(least, greatest))
    }

    /// Its type and bounds, for one that has others.
    fn again(&self) -> Step {
        let Sequence { name, r#type, minimum, maximum, .. } = self;
        Step::new(format!("ALTER SEQUENCE {} AS {type} MINVALUE {minimum} MAXVALUE {maximum}", sql::path(name)))
    }

    fn fits(&self, r#type: &str) -> bool {
        let (least, greatest) = range(r#type);
        let Sequence { minimum, maximum, .. } = self.retyped(r#type);
        minimum >= least && maximum <= greatest
    }

    /// What differs from the sequence that `GENERATED … AS IDENTITY` makes by itself.
    fn options(&self, object: &Object) -> Vec<String> {
        let (minimum, maximum) = self.bounds();
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
    /// `GENERATED ALWAYS AS IDENTITY (START WITH 10)`.
    fn clause(&self, object: &Object) -> String {
        let options = self.sequence.options(object);
        let options = if options.is_empty() { String::new() } else { format!(" ({})", options.join(" ")) };
        format!("GENERATED {} AS IDENTITY{options}", self.generated)
    }
}

impl Attrs {
    /// The identity as its column makes it.
    fn of_the_column(&self, object: &Object, context: &Context<'_>) -> Attrs {
        let r#type = column_type(object, context.to).unwrap_or_else(|| self.sequence.r#type.clone());
        Attrs { generated: self.generated.clone(), sequence: self.sequence.retyped(&r#type) }
    }

    /// The column becomes an identity, which goes on where the sequence stands that filled its rows.
    fn taken_over(&self, object: &Object, spare: &Id, context: &Context<'_>) -> Step {
        let ((head, column), spare) = (target(object, context), sql::path(&spare.path));
        let sequence = sql::literal(&sql::path(&self.sequence.name));
        let body = format!(
            "
BEGIN
    {head} {column} DROP DEFAULT;
    {head} {column} ADD {};
    PERFORM pg_catalog.setval({sequence}, last_value, is_called) FROM {spare};
    DROP SEQUENCE {spare};
END;
",
            self.clause(object)
        );
        Step::new(format!("DO {}", sql::dollar(&body))).alone()
    }
}

/// A new column of a large table, filled from a sequence whose place its identity takes.
pub(super) fn filled(column: &Object, spare: &Id, definition: &str, context: &Context<'_>) -> Result<Vec<Step>> {
    let Some(identity) = context.to.get(&Id::new("identity", &column.id.path)) else { return Ok(Vec::new()) };
    let Sequence { r#type, start, increment, minimum, maximum, .. } = identity.read::<Attrs>()?.sequence;
    let spare = sql::path(&spare.path);
    let options = format!("INCREMENT BY {increment} MINVALUE {minimum} MAXVALUE {maximum} START WITH {start}");
    let sequence = Step::new(format!("CREATE SEQUENCE {spare} AS {type} {options}")).alone();
    let default = format!("nextval({}::regclass)", sql::literal(&spare));
    Ok([vec![sequence], filled::steps(&column.id, definition, &default, context)].concat())
}

/// The same column of tables that stand and inherit it, and whether each is a partition.
fn standing_heirs<'a>(column: &'a Id, context: &Context<'a>) -> Vec<(&'a Object, bool)> {
    let stands = |it: &&Object| !context.is_created(&Id::new("table", &it.id.path[..2]));
    let is_partition = |it: &Object| context.to.get(&Id::new("partition", &it.id.path[..2])).is_some();
    inheritance::heirs(column, context.to).filter(stands).map(|it| (it, is_partition(it))).collect()
}

/// Whether a new column becomes an identity in a statement of its own: where others inherit from its table, PostgreSQL adds none that
/// is one from the beginning; partitions have theirs from 17 on.
pub(super) fn is_apart(column: &[String], context: &Context<'_>) -> bool {
    let (id, refuses) = (Id::new("column", column), |it: &(&Object, bool)| context.server.major < 17 || !it.1);
    !context.is_created(&Id::new("table", &column[..2])) && standing_heirs(&id, context).iter().any(refuses)
}

/// What inherits a new column has no numbers for it: only the identity's own table gives them out.
fn refusing_heirs(object: &Object, context: &Context<'_>) -> Vec<Hazard> {
    let column = Id::new("column", &object.id.path);
    if !context.is_created(&column) {
        return Vec::new();
    }
    let name = sql::name(object.name(2));
    let heirs = standing_heirs(&column, context).into_iter().filter(|it| !it.1 && !filled::in_every_row(&it.0.id, context));
    let refused = |it: &Object| {
        Hazard::BreaksApplication(format!("writes to {} that give no {name} are refused", sql::path(&it.id.path[..2])))
    };
    heirs.map(|it| refused(it.0)).collect()
}

/// The type of the column of an identity, which its sequence has too unless `LIKE` made it, or an `ALTER SEQUENCE`.
fn column_type(identity: &Object, catalog: &Catalog) -> Option<String> {
    let column = catalog.get(&Id::new("column", &identity.id.path))?;
    column.attrs.get("type")?.as_str().map(str::to_owned)
}

/// The head and the beginning of a clause for the column.
fn target(object: &Object, context: &Context<'_>) -> (String, String) {
    (table::head(context.to, &object.id.path[..2], false), format!("ALTER COLUMN {}", sql::name(object.name(2))))
}

/// How a column hands its identity over to the one that takes its name, and back: the sequence goes on where it stands.
///
/// # Errors
///
/// One of the two is an identity, the other not.
pub(super) fn handed_over(column: &Id, context: &Context<'_>) -> Result<Option<Turned>> {
    let id = Id::new("identity", &column.path);
    let (old, new) = match (context.from.get(&id), context.to.get(&id)) {
        (None, None) => return Ok(None),
        (Some(old), Some(new)) => (old, new),
        _ => return Err(refused(column, "begins or ends to be an identity", "change it directly")),
    };
    let states = [context.from, context.to];
    let aside = free(column, "_old", &states);
    let name = |id: &Id| id.path.last().cloned().unwrap_or_default();
    let there = handing(new, &name(column), &name(&aside), &states)?;
    Ok(Some(Turned { of: id, there, back: handing(old, &name(&aside), &name(column), &states)? }))
}

/// The statements that make `column` the identity that `holder` is. Who asks the sequence alone waits from the first of them on.
fn handing(object: &Object, column: &str, holder: &str, states: &[&Catalog]) -> Result<Vec<Step>> {
    let attrs: Attrs = object.read()?;
    let [schema, table, _] = object.id.path.as_slice() else { return Ok(Vec::new()) };
    let object = Object { id: Id::new("identity", &[schema, table, column]), ..object.clone() };
    let name = &attrs.sequence.name;
    let aside = free(&Id::new("sequence", name), "_old", states);
    let head = format!("ALTER TABLE {} ALTER COLUMN", sql::path(&[schema, table]));
    let (sequence, aside_path) = (sql::path(name), sql::path(&aside.path));
    let Sequence { minimum, maximum, .. } = attrs.sequence;
    let statements = [
        format!("ALTER SEQUENCE {sequence} RENAME TO {}", sql::name(aside.path.last().map_or("", String::as_str))),
        format!("{head} {} ADD {}", sql::name(column), attrs.clause(&object)),
        format!(
            "SELECT pg_catalog.setval({}, greatest(least(last_value, {maximum}), {minimum}), is_called) FROM {aside_path}",
            sql::literal(&sequence)
        ),
        format!("{head} {} DROP IDENTITY", sql::name(holder)),
    ];
    Ok(statements.map(Step::new).into())
}

impl Kind for Identity {
    fn name(&self) -> &'static str {
        "identity"
    }

    fn query(&self) -> &'static str {
        include_str!("identity.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_sequence WHERE seqrelid >= 16384")
    }

    fn part_name(&self, object: &Object) -> Option<String> {
        object.attrs.pointer("/sequence/name/1").and_then(|it| it.as_str()).map(str::to_owned)
    }

    fn take_part_name(&self, object: &mut Object, from: &Object) {
        let name = from.attrs.pointer("/sequence/name/1").cloned();
        if let (Some(name), Some(place)) = (name, object.attrs.pointer_mut("/sequence/name/1")) {
            *place = name;
        }
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let (head, column) = target(object, context);
        let refused = |step: Step| refusing_heirs(object, context).into_iter().fold(step, Step::risks);
        if let Some(spare) = filled::by_sequence(&Id::new("column", &object.id.path), context) {
            return Ok(vec![refused(attrs.taken_over(object, &spare, context))]);
        }
        let own = attrs.of_the_column(object, context);
        let mut steps = vec![refused(Step::clause(head, format!("{column} ADD {}", own.clause(object))))];
        if own.sequence.r#type != attrs.sequence.r#type {
            steps.push(attrs.sequence.again());
        }
        if !context.is_created(&Id::new("column", &object.id.path)) {
            steps.extend(continued(&attrs.sequence.name, &object.id, "", attrs.sequence.increment));
        }
        Ok(steps)
    }

    fn inline(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Option<String>> {
        let attrs: Attrs = object.read()?;
        let apart = filled::afterwards(&Id::new("column", &object.id.path), context) || is_apart(&object.id.path, context);
        Ok((!apart && !super::kept::comes_back(object, context)).then(|| attrs.of_the_column(object, context).clause(object)))
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let head = table::head(context.from, &object.id.path[..2], false);
        let tolerant = if context.tolerant { " IF EXISTS" } else { "" };
        let clause = format!("ALTER COLUMN {} DROP IDENTITY{tolerant}", sql::name(object.name(2)));
        // A change of type in the same statement would still be one of the sequence.
        let retyped = context.changes.contains_key(&Id::new("column", &object.id.path));
        Ok(vec![if retyped { Step::new(format!("{head} {clause}")) } else { Step::clause(head, clause) }])
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let (head, column) = target(to, context);
        if !old.sequence.fits(&new.sequence.r#type) {
            return Ok(Alteration::Rebuild);
        }
        let mut before = old.sequence.retyped(&new.sequence.r#type);
        let mut steps = Vec::new();
        let types = [column_type(from, context.from), column_type(to, context.to)];
        // Another type of the column is one of the sequence too.
        let followed = if types[0] == types[1] { Some(&old.sequence.r#type) } else { types[1].as_ref() };
        if followed.is_some_and(|it| *it != new.sequence.r#type) {
            let bounds = old.sequence.bounds_in(&new.sequence.r#type);
            (before.minimum, before.maximum) = bounds;
            if bounds != (old.sequence.minimum, old.sequence.maximum) {
                steps.push(sequence::position(&sql::path(&old.sequence.name), bounds, new.sequence.increment));
            }
            steps.push(before.again());
        }
        if new.sequence.minimum > before.minimum || new.sequence.maximum < before.maximum {
            // The position may lie outside the new bounds: first there is room for both.
            let wide = before.widened(&new.sequence);
            let clauses = sequence_changes(&before, &wide);
            if !clauses.is_empty() {
                steps.push(Step::clause(&head, format!("{column} {}", clauses.join(" "))));
            }
            let bounds = (new.sequence.minimum, new.sequence.maximum);
            steps.push(sequence::position(&sql::path(&old.sequence.name), bounds, new.sequence.increment));
            before = wide;
        }
        let mut clauses = Vec::new();
        if old.generated != new.generated {
            clauses.push(format!("SET GENERATED {}", new.generated));
        }
        clauses.extend(sequence_changes(&before, &new.sequence));
        if !clauses.is_empty() {
            steps.push(Step::clause(&head, format!("{column} {}", clauses.join(" "))));
        }
        steps.extend(sequence_moves(&old.sequence, &new.sequence));
        Ok(Alteration::Steps(steps))
    }

    fn keep(&self, object: &Object, archive: &str, context: &Context<'_>) -> Option<Kept> {
        let attrs: Attrs = object.read().ok()?;
        let column = Id::new("column", &object.id.path);
        Some(super::position::position(&attrs.sequence.name, object, Some(&column), archive, context))
    }

    /// The sequence is a relation too, and a column has one source of new values.
    fn names(&self, object: &Object) -> Vec<String> {
        let relation = object.read::<Attrs>().ok().map(|it| format!("relation {}", sql::path(&it.sequence.name)));
        relation.into_iter().chain([super::default_value::source_of_values(&object.id)]).collect()
    }
}

/// Clauses that lead from one sequence to the other, checked by the server as one.
fn sequence_changes(old: &Sequence, new: &Sequence) -> Vec<String> {
    let changed = |word: &str, old: i64, new: i64| (old != new).then(|| format!("SET {word} {new}"));
    let mut clauses: Vec<String> = changed("INCREMENT BY", old.increment, new.increment).into_iter().collect();
    clauses.extend(changed("MINVALUE", old.minimum, new.minimum));
    clauses.extend(changed("MAXVALUE", old.maximum, new.maximum));
    clauses.extend(changed("START WITH", old.start, new.start));
    clauses.extend(changed("CACHE", old.cache, new.cache));
    if old.cycle != new.cycle {
        clauses.push(format!("SET {}CYCLE", if new.cycle { "" } else { "NO " }));
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

/// Lets the identities of a new table go on where the rows stand that it gets with a table that is there.
pub(super) fn go_on(table: &[String; 2], context: &Context<'_>) -> Vec<Step> {
    let identities = context.to.within("identity", table);
    let step = |it: &Object| {
        let Attrs { sequence, .. } = it.read().ok()?;
        continued(&sequence.name, &it.id, "", sequence.increment)
    };
    identities.filter_map(step).collect()
}

/// Lets a new sequence go on where a column with rows stands, so that it does not give out numbers that are taken. `cast` makes whole
/// numbers of the column's.
pub(super) fn continued(sequence: &[String; 2], column: &Id, cast: &str, increment: i64) -> Option<Step> {
    let (table, name) = (sql::path(&column.path[..2]), sql::name(&column.path[2]));
    let at = sql::path(sequence);
    let sequence = sql::literal(&at);
    let from_rows = format!(
        "SELECT pg_catalog.setval({sequence}, max({name}){cast}) FROM {table} HAVING max({name}){cast} >= (SELECT last_value FROM {at})"
    );
    (increment > 0).then(|| Step::new(from_rows).risks(Hazard::Scans(table)))
}
